# gantt.gp - who held which CPU when, and below that, of one run, when each task had one.
#
# ARG1 CSV: row,label,cpu,from,to,task,style,symbol; style -1: a deadline is missed   ARG2 output without suffix
# ARG3 title   ARG4 time unit   ARG5 rows   ARG6 task names   ARG7 note   ARG8 "key"   ARG9 rows of CPUs
load ARG0[1:strlen(ARG0) - strlen("gantt.gp")] . "style.gp"

rows = int(ARG5)
ntasks = words(ARG6)
keyed = (ARG8 eq "key")
cpus = int(ARG9)

stats ARG1 using 5 skip 1 nooutput name "END"
end = END_max
height = 210 + rows * (rows > 24 ? 26 : rows > 12 ? 34 : 56) + (ARG7 eq "" ? 0 : 20)
height = height < 330 ? 330 : height

set title ARG3 noenhanced font ",22" offset 0,0.3
set xlabel (ARG7 eq "") ? "time [".ARG4."]" : "time [".ARG4."]   (".ARG7.")" noenhanced
set xrange [0:end]
set yrange [rows - 0.45:-0.55]
set ytics scale 0 noenhanced
set grid xtics noytics
set border 1
set mxtics 2
if (keyed) {
    set key outside right top Left reverse samplen 1.6 spacing 1.25 noenhanced
} else {
    set key off
}

# A name goes into its box where it fits: some 12 of 950 pixels a letter. Rows of tasks
# have theirs at the left.
fits(name, from, to) = (to - from) / end > 0.006 + 0.0122 * strlen(name)
short(name) = strlen(name) > 12 ? "" : name
narrow(name, from, to) = !fits(name, from, to) && (to - from) / end > 0.014
# Where no name goes; gnuplot 5.4 crashes on labels of which all (one, say) are undefined.
nowhere = -end

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1400, height) } else { eval open_png(1400, height) }
    set output ARG2.".".kind
    plot for [k = 0:ntasks - 1] ARG1 skip 1 \
            using (($4 + $5) / 2):($7 == k ? $1 : 1/0):4:5:($1 - 0.38):($1 + 0.38) \
            with boxxyerror fillstyle pattern hatch(k) border rgb "#303030" \
            linecolor rgb colour(k) linewidth 0.7 title (keyed ? word(ARG6, k + 1) : ""), \
         for [dark = 0:1] ARG1 skip 1 \
            using ($1 < cpus && fits(stringcolumn(6), $4, $5) && (ink($7) > 0) == dark \
                   ? ($4 + $5) / 2 : nowhere):1:(short(stringcolumn(6))) \
            with labels font ",14" textcolor rgb (dark ? "#FFFFFF" : "#000000") \
            noenhanced notitle, \
         for [dark = 0:1] ARG1 skip 1 \
            using ($1 < cpus && narrow(stringcolumn(6), $4, $5) && (ink($7) > 0) == dark \
                   ? ($4 + $5) / 2 : nowhere):1:8 \
            with labels font ",12" textcolor rgb (dark ? "#FFFFFF" : "#000000") \
            noenhanced notitle, \
         ARG1 skip 1 using ($7 == -1 ? $4 : 1/0):($1 - 0.45) with points pointtype 11 \
            pointsize 1.1 linecolor rgb "#D00000" notitle, \
         ARG1 skip 1 using (1/0):1:yticlabels(2) notitle
    unset output
}
