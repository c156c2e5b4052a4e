# bars.gp - policies by several metrics: means with their 95% intervals.
#
# ARG1 CSV: panel,metric,policy,label,mean,low,high,best   ARG2 output without suffix
# ARG3 title   ARG4 panel titles   ARG5 policies
load ARG0[1:strlen(ARG0) - strlen("bars.gp")] . "style.gp"

panels = words(ARG4)
npolicies = words(ARG5)
columns = panels < 2 ? 1 : 2
lines = (panels + columns - 1) / columns
height = 110 + lines * (120 + npolicies * 36)

# A long policy goes on two lines: its name, of a path the end, and its parameters.
tail(s) = strlen(s) > 30 ? "...".s[strlen(s) - 26:*] : s
head(s) = strlen(s) > 30 ? s[1:27]."..." : s
colon(s) = strstrt(s, ":")
lined(s) = strlen(s) <= 30 ? s : colon(s) == 0 ? tail(s) \
         : tail(s[1:colon(s) - 1])."\n".head(s[colon(s) + 1:*])
longest = 6
do for [k = 1:npolicies] {
    if (strlen(word(ARG5, k)) > longest) { longest = strlen(word(ARG5, k)) }
}
letters = longest > 26 ? 26 : longest
name_font = longest > 24 ? ",13" : ",16"

# A number beside its bar: four digits or so.
shown(x) = abs(x) >= 10000 ? sprintf("%.0f", x) : abs(x) >= 1000 ? sprintf("%.4g", x) \
         : sprintf("%.3g", x)

# Some four steps of 1, 2 or 5 along an axis.
nice(m) = m < 1.5 ? 1 : m < 3.5 ? 2 : m < 7.5 ? 5 : 10
power(x) = 10 ** floor(log10(x))
step(x) = nice(x / power(x)) * power(x)

set key off
set grid xtics noytics
set border 1
set style fill border rgb "#303030"
set ytics ("" -9)           # no numbers: names only
do for [k = 1:npolicies] { set ytics add (lined(word(ARG5, k)) k - 1) }
set ytics scale 0 noenhanced font name_font

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1400, height) } else { eval open_png(1400, height) }
    set output ARG2.".".kind
    set multiplot layout lines, columns title ARG3 noenhanced font ",22" \
        margins letters * 0.0082 + 0.024, 0.96, 70.0 / height, 1 - 100.0 / height \
        spacing letters * 0.0082 + 0.07, 100.0 / height
    do for [p = 0:panels - 1] {
        set xrange [*:*]        # stats leaves out what lies outside the ranges
        set yrange [*:*]
        stats ARG1 skip 1 using ($1 == p ? $7 : 1/0) nooutput name "HIGH"
        stats ARG1 skip 1 using ($1 == p ? $6 : 1/0) nooutput name "LOW"
        low = LOW_min < 0 ? LOW_min * 1.12 : 0
        high = HIGH_max > 0 ? HIGH_max * 1.34 : (low < 0 ? -low * 0.1 : 1)
        set xrange [low:high]
        set xtics step((high - low) / 3.8)
        set yrange [npolicies - 0.4:-0.6]
        set title word(ARG4, p + 1) noenhanced font ",17" offset 0,-0.4
        plot for [k = 0:npolicies - 1] ARG1 skip 1 \
                using ($1 == p && $3 == k ? 0 : 1/0):3:(0):5:($3 - 0.34):($3 + 0.34) \
                with boxxyerror fillstyle pattern (k < 8 ? 3 : hatch(k)) \
                linecolor rgb colour(k) linewidth 0.8, \
             ARG1 skip 1 using ($1 == p && $7 > $6 ? $5 : 1/0):3:6:7 \
                with xerrorbars pointtype 7 pointsize 0.7 linecolor rgb "black" linewidth 1.6, \
             ARG1 skip 1 using ($1 == p && $8 == 1 ? $7 : 1/0):3:(shown($5)."  best") \
                with labels left offset 0.7,0 font ":Bold,13" textcolor rgb "black", \
             ARG1 skip 1 using ($1 == p && $8 != 1 ? $7 : 1/0):3:(shown($5)) \
                with labels left offset 0.7,0 font ",13" textcolor rgb "#404040"
    }
    unset multiplot
    unset output
}
