# style.gp - what all figures share: colours, hatching, sizes, both kinds of file.
#
# The colours are those of Okabe and Ito ("Color Universal Design", 2008), which people
# with any kind of colour vision can tell apart. Since a projector or a photocopy may
# still lose them, everything differs in a second way as well: hatching, dashes, marks.

okabe_ito = "0xE69F00 0x56B4E9 0x009E73 0xF0E442 0x0072B2 0xD55E00 0xCC79A7 0x999999"
colour(i) = int(word(okabe_ito, 1 + int(i) % 8))

# The same for lines, the strong ones first: yellow on white is hard to see.
strong = "0x0072B2 0xD55E00 0x009E73 0x000000 0xCC79A7 0xE69F00 0x56B4E9 0x999999"
line_colour(i) = int(word(strong, 1 + int(i) % 8))

# Text on top of a colour: white on the dark ones.
ink(i) = int(i) >= 8 ? 0x000000 : (int(i) % 8 == 4 || int(i) % 8 == 5 || int(i) % 8 == 2) ? 0xFFFFFF : 0x000000

# The first eight are solid, the next eight hatched one way, then the other.
hatching = "3 4 5"
hatch(i) = int(word(hatching, 1 + int(i) / 8 % 3))

file_kinds = "svg png"
open_svg(w, h) = sprintf("set terminal svg size %d,%d dynamic enhanced background rgb 'white' font 'DejaVu Sans,Arial,sans-serif,16' linewidth 1.2", w, h)
open_png(w, h) = sprintf("set terminal pngcairo size %d,%d enhanced background rgb 'white' font 'DejaVu Sans,16' linewidth 1.5", w, h)

set encoding utf8
set datafile separator comma
set border 3 linewidth 1.2 linecolor rgb "#404040"
set tics nomirror out textcolor rgb "#202020"
set grid linecolor rgb "#D8D8D8" linewidth 0.8 dashtype 1
