# refs.gp - miss ratio by number of frames, a curve a policy.
#
# ARG1 CSV: policy,label,frames,miss_ratio   ARG2 output without suffix
# ARG3 title   ARG4 policies   ARG5 what the fourth column is, if no ratio   ARG6 and the third,
# if no frames
load ARG0[1:strlen(ARG0) - strlen("refs.gp")] . "style.gp"

npolicies = words(ARG4)
stats ARG1 skip 1 using 3 nooutput name "FRAMES"
marks = "7 5 9 11 13 4 6 8 10 12"
dash(k) = 1 + k % 5
mark(k) = int(word(marks, 1 + k % 10))

set title ARG3 noenhanced font ",22" offset 0,0.3
set xlabel (strlen(ARG6) ? ARG6 : "frames") noenhanced
set ylabel (strlen(ARG5) ? ARG5 : "share of the references that miss") noenhanced
set yrange [0:*]
if (FRAMES_max > 50 * FRAMES_min) { set logscale x 2 }
set key outside below Left reverse samplen 4 spacing 1.3 noenhanced
height = 760 + 14 * npolicies

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1400, height) } else { eval open_png(1400, height) }
    set output ARG2.".".kind
    plot for [k = 0:npolicies - 1] ARG1 skip 1 using ($1 == k ? $3 : 1/0):4 \
        with linespoints linewidth 3 dashtype dash(k) pointtype mark(k) pointsize 1.3 \
        linecolor rgb line_colour(k) title word(ARG4, k + 1)
    unset output
}
