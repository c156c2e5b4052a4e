# faults.gp - page faults, evictions, and misses of TLBs a millisecond, over time.
#
# ARG1 CSV: ms,minor,major,evictions,tlb_misses   ARG2 output without suffix   ARG3 title
load ARG0[1:strlen(ARG0) - strlen("faults.gp")] . "style.gp"

stats ARG1 skip 1 using 1 nooutput name "MS"
stats ARG1 skip 1 using 5 nooutput name "TLB"
panels = TLB_max > 0 ? 2 : 1
height = panels == 2 ? 820 : 560
set xrange [0:MS_max > 0 ? MS_max * 100.0 / 99 : 1]
set yrange [0:*]
set key outside right top reverse Left samplen 2 noenhanced
set style fill solid 1.0 noborder

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1200, height) } else { eval open_png(1200, height) }
    set output ARG2.".".kind
    set multiplot layout panels, 1 title ARG3 noenhanced font ",22" \
        margins 0.09, 0.82, 70.0 / height, 1 - 70.0 / height spacing 0.06, 90.0 / height
    if (panels == 1) { set xlabel "ms" } else { unset xlabel }
    set ylabel "faults a ms"
    plot ARG1 skip 1 using 1:($2 + $3) with fillsteps linecolor rgb 0xBBD7EA title "minor", \
         ARG1 skip 1 using 1:3 with fillsteps linecolor rgb line_colour(1) title "major", \
         ARG1 skip 1 using 1:4 with steps linewidth 1.5 dashtype 2 linecolor rgb 0x404040 \
             title "evictions"
    set xlabel "ms"
    set ylabel "misses a ms"
    if (panels == 2) {
        plot ARG1 skip 1 using 1:5 with steps linewidth 2 linecolor rgb line_colour(0) \
                 title "TLB misses"
    }
    unset multiplot
    unset output
}
