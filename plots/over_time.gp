# over_time.gp - one number of several harts or guests, over time: a strip for each, or, where
# there are more than sixteen, a line of colours for each.
#
# ARG1 CSV: row,name,ms,value   ARG2 output without suffix
# ARG3 title   ARG4 unit   ARG5 rows   ARG6 names of the rows
load ARG0[1:strlen(ARG0) - strlen("over_time.gp")] . "style.gp"

rows = int(ARG5)
stats ARG1 skip 1 using 3 nooutput name "MS"
stats ARG1 skip 1 using (valid(4) ? $4 : 0) nooutput name "ALL"
most = ALL_max > 0 ? ALL_max : 1
strips = rows <= 16
height = strips ? 150 + rows * 105 : 200 + rows * 12
height = height < 330 ? 330 : height > 1600 ? 1600 : height
set xrange [0:MS_max > 0 ? MS_max : 1]

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1200, height) } else { eval open_png(1200, height) }
    set output ARG2.".".kind
    if (strips) {
        set key off
        set style fill solid 1.0 noborder
        set yrange [0:most * 1.05]
        set ytics nomirror
        head = 1 - 70.0 / height
        foot = 70.0 / height
        each = (head - foot) / rows
        set multiplot title ARG3." [".ARG4."]" noenhanced font ",22"
        do for [r = 0:rows - 1] {
            set lmargin at screen 0.195
            set rmargin at screen 0.97
            set tmargin at screen head - r * each
            set bmargin at screen head - (r + 1) * each + 0.12 * each
            if (r == rows - 1) { set xlabel "ms"; set format x "%g" } else { unset xlabel; set format x "" }
            set label 1 word(ARG6, r + 1) noenhanced right at screen 0.145, screen head - (r + 0.45) * each
            set ytics 0, most, most format "%.4g"
            plot ARG1 skip 1 using ($1 == r ? $3 : NaN):(valid(4) ? $4 : 0) \
                with fillsteps linecolor rgb colour(r % 3 == 0 ? 1 : r % 3 == 1 ? 2 : 0)
            unset label 1
        }
        unset multiplot
    } else {
        set title ARG3." [".ARG4."]" noenhanced font ",22" offset 0,0.3
        set xlabel "ms"
        set yrange [rows - 0.5:-0.5]
        set ylabel "number"
        set palette defined (0 "#FFFFFF", 0.25 "#9ECAE1", 0.6 "#0072B2", 1 "#08306B")
        set cbrange [0:most]
        unset grid
        plot ARG1 skip 1 using 3:1:(valid(4) ? $4 : 0) with image notitle
    }
    unset output
}
