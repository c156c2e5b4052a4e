# frames.gp - the map of frames: a cell for each that is in use, in the colour of its task.
#
# ARG1 CSV: frame,kind,dirty,accessed (kind: the number of the task, -1: the kernel)
# ARG2 output without suffix   ARG3 title   ARG4 frames   ARG5 the tasks
load ARG0[1:strlen(ARG0) - strlen("frames.gp")] . "style.gp"

nframes = int(ARG4)
ntasks = words(ARG5)
columns = nframes <= 1024 ? 32 : nframes <= 4096 ? 64 : 256
rows = (nframes + columns - 1) / columns
height = 180 + (rows < 8 ? 8 : rows > 40 ? 40 : rows) * 22
paint(kind) = kind < 0 ? 0x808080 : colour(kind)
set xrange [0:columns]
set yrange [rows:0]
unset grid
set title ARG3 noenhanced font ",22"
set key outside right top reverse Left samplen 1 noenhanced
set style fill solid 1.0 border rgb "white"
set xlabel "frame"
set ylabel "first of the row" offset -1,0
set ytics ("0" 0)
set for [r = 0:rows - 1:rows < 9 ? 1 : rows / 8] ytics add (sprintf("%d", r * columns) r)

x(i) = int(i) % columns
y(i) = int(i) / columns

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1200, height) } else { eval open_png(1200, height) }
    set output ARG2.".".kind
    plot ARG1 skip 1 using (x($1) + 0.5):(y($1) + 0.5):(0.5):(0.5):(paint($2)) \
             with boxxyerror linecolor rgb variable title "", \
         ARG1 skip 1 using ($3 > 0 ? x($1) + 0.5 : NaN):(y($1) + 0.5) with points pointtype 7 \
             pointsize rows > 20 ? 0.4 : 0.8 linecolor rgb "black" title "dirty", \
         NaN with boxes linecolor rgb 0x808080 title "kernel", \
         for [i = 1:ntasks] NaN with boxes linecolor rgb colour(i - 1) title word(ARG5, i)
    unset output
}
