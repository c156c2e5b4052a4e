# arm.gp - cylinder against time: the path of the arm, a panel for each scheduler.
#
# ARG1 CSV: run,policy,step,cylinder,ms,served   ARG2 output without suffix
# ARG3 title   ARG4 policies   ARG5 cylinders moved by each   ARG6 the last cylinder
load ARG0[1:strlen(ARG0) - strlen("arm.gp")] . "style.gp"

nruns = words(ARG4)
columns = nruns < 2 ? 1 : nruns < 5 ? 2 : 3
lines = (nruns + columns - 1) / columns
width = columns < 2 ? 1000 : 1500
height = 150 + lines * (columns < 2 ? 640 : 400)
stats ARG1 skip 1 using 5 nooutput name "MS"
stats ARG1 skip 1 using 6 nooutput name "SERVED"
turns = SERVED_min == 0

# When each was done: another order than that of the cylinders. Of a part it says nothing.
array end[nruns]
do for [k = 0:nruns - 1] {
    stats ARG1 skip 1 using ($1 == k ? $5 : NaN) nooutput name "OWN"
    end[k + 1] = OWN_max
}

# With very many requests the numbers would cover the way.
labelled = MS_records <= 60 * nruns
set key off
# Numbers stand to the right of their points, also of those at the last cylinder.
set xrange [-int(ARG6) * 0.02:int(ARG6) * (labelled ? 1.08 : 1.02)]
set style textbox opaque noborder margins 0.4,0.2

# Of a long run only the last requests are there: they have the picture for themselves.
first = MS_min > 0.1 * MS_max ? MS_min : 0
room = MS_max > first ? (MS_max - first) * 0.04 : 1
set yrange [MS_max + room:first - room]

# Room at the left for the numbers and, beside them, what they are.
left = (66 + 14.5 * strlen(sprintf("%.0f", MS_max))) / width

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(width, height) } else { eval open_png(width, height) }
    set output ARG2.".".kind
    set multiplot layout lines, columns title ARG3 noenhanced font ",22" \
        margins left, columns < 2 ? 0.96 : 0.98, 82.0 / height, 1 - 120.0 / height \
        spacing 0.06, 110.0 / height
    set label 1 "served" at screen (turns ? 0.36 : 0.48), 1 - 58.0 / height left offset 1,0 \
        font ",14" point pointtype 7 pointsize 1.4 linecolor rgb line_colour(1)
    if (turns) {
        set label 2 "start, or a turn at the edge" at screen 0.48, 1 - 58.0 / height \
            left offset 1,0 font ",14" point pointtype 6 pointsize 1.4 \
            linecolor rgb line_colour(3)
    }
    do for [k = 0:nruns - 1] {
        # Once for all panels of a row, or a column; numbers may be long.
        unset label 3
        if (k % columns == 0) {
            set label 3 "time (ms)" at screen (columns < 2 ? 0.025 : 0.015), graph 0.5 \
                center rotate
        }
        set xlabel (k + columns >= nruns ? "cylinder" : "") offset 0,0.5
        set title word(ARG4, k + 1).": moved over ".word(ARG5, k + 1)." cylinders". \
            (first == 0 ? sprintf(", %.1f ms", end[k + 1]) : "") \
            noenhanced font ",17" offset 0,-0.4
        plot ARG1 skip 1 using ($1 == k ? $4 : NaN):($1 == k ? $5 : NaN) \
                with lines linewidth 2.5 linecolor rgb line_colour(0), \
             ARG1 skip 1 using ($1 == k && $6 == 1 ? $4 : NaN):5 \
                with points pointtype 7 pointsize 1.4 linecolor rgb line_colour(1), \
             ARG1 skip 1 using ($1 == k && $6 == 0 ? $4 : NaN):5 \
                with points pointtype 6 pointsize 1.4 linecolor rgb line_colour(3), \
             ARG1 skip 1 using ($1 == k && $6 == 1 && labelled ? $4 : NaN):5:4 \
                with labels left boxed offset 0.9,0.2 font ",12"
        unset label 1
        unset label 2
    }
    unset multiplot
    unset output
}
