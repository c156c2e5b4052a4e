# pareto.gp - what a kernel structure costs against what a fault takes: a point for each, a
# panel for each kind of harm, and a line through those that no other beats in both.
#
# ARG1 CSV: panel,structure,label,cost,harm,low,high,front   ARG2 output without suffix
# ARG3 title   ARG4 cost   ARG5 harms   ARG6 structures
load ARG0[1:strlen(ARG0) - strlen("pareto.gp")] . "style.gp"

panels = words(ARG5)
n = words(ARG6)
marks = "7 5 9 11 13 15 4 6 8 10 12 14"
mark(k) = int(word(marks, 1 + int(k) % 12))

set key off
set tics font ",14"
set datafile missing NaN     # the line goes on over what is of other panels

# The legend, over the whole width; set for one panel, drawn once.
legend_x(k) = 0.06 + 0.93 * (k + 0.3) / (n + 1.5)
do for [k = 0:n - 1] {
    set label k + 1 word(ARG6, k + 1) at screen legend_x(k), 0.055 left noenhanced font ",16" \
        point pointtype mark(k) pointsize 2 linewidth 1.5 linecolor rgb line_colour(k) offset 1.6,0
}
set label n + 1 "- - none better in both" at screen legend_x(n), 0.055 left noenhanced \
    font ",16" textcolor rgb "#606060"

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1700, 720) } else { eval open_png(1700, 720) }
    set output ARG2.".".kind
    set multiplot layout 1, panels title ARG3 noenhanced font ",22" \
        margins 0.055, 0.985, 0.24, 0.87 spacing 0.07, 0
    do for [p = 0:panels - 1] {
        set xrange [*:*]
        set yrange [*:*]
        stats ARG1 skip 1 using ($1 == p ? $4 : 1/0) nooutput name "X"
        stats ARG1 skip 1 using ($1 == p ? $7 : 1/0) nooutput name "Y"
        set xrange [0:X_max > 0 ? X_max * 1.15 : 1]
        set yrange [0:Y_max > 0 ? Y_max * 1.12 : 1]
        set xlabel word(ARG4, 1) noenhanced font ",16"
        set ylabel word(ARG5, p + 1) noenhanced font ",16" offset 1,0
        plot ARG1 skip 1 using ($1 == p && $8 == 1 ? $4 : NaN):($1 == p && $8 == 1 ? $5 : NaN) \
                smooth unique with lines linewidth 2 dashtype 2 linecolor rgb "#808080" \
                title "no other is better in both", \
             for [k = 0:n - 1] ARG1 skip 1 \
                using ($1 == p && $2 == k ? $4 : NaN):5:6:7 with yerrorbars pointtype mark(k) \
                pointsize 2 linewidth 1.5 linecolor rgb line_colour(k) title word(ARG6, k + 1)
    }
    unset multiplot
    unset output
}
