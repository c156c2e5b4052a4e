# scores.gp - workloads against policies: a cell is the policy's mean of what matters
# there, and darker the farther it is from the best of its row.
#
# ARG1 CSV: row,column,far,value,best   ARG2 output without suffix
# ARG3 title   ARG4 rows (workload and metric)   ARG5 policies
load ARG0[1:strlen(ARG0) - strlen("scores.gp")] . "style.gp"

nrows = words(ARG4)
ncolumns = words(ARG5)
width = 480 + 130 * (ncolumns < 4 ? 4 : ncolumns)
height = 210 + 62 * nrows

set key off
unset grid
set border 0
set tics scale 0
set xrange [-0.5:ncolumns - 0.5]
set yrange [nrows - 0.5:-0.5]
set xtics ("" -9)
set ytics ("" -9)
do for [k = 1:ncolumns] { set xtics add (word(ARG5, k) k - 1) }
do for [k = 1:nrows] { set ytics add (word(ARG4, k) k - 1) }
set xtics noenhanced font ",16"
set ytics noenhanced font ",15"
set title ARG3 noenhanced font ",22"
set cbrange [0:1]
set palette defined (0 "#009E73", 0.12 "#D8EFE6", 0.5 "#FFF6D6", 1 "#E6A07A")
set cbtics ("best" 0, "twice as bad, or worse" 1) font ",13"
set style fill solid 1.0 noborder

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(width, height) } else { eval open_png(width, height) }
    set output ARG2.".".kind
    set lmargin at screen 450.0 / width
    set rmargin at screen 0.98
    set tmargin at screen 1 - 80.0 / height
    set colorbox user origin 0.42, 56.0 / height size 0.45, 13.0 / height horizontal
    set bmargin at screen 120.0 / height
    plot ARG1 skip 1 using 2:1:(0.47):(0.44):($3 < 0 ? NaN : $3) \
            with boxxyerror linecolor palette, \
         ARG1 skip 1 using 2:($3 < 0 ? $1 : NaN):(0.47):(0.44) \
            with boxxyerror linecolor rgb "#BBBBBB", \
         ARG1 skip 1 using 2:1:(stringcolumn(4).($5 == 1 ? " *" : "")) \
            with labels noenhanced font ",16"
    unset output
}
