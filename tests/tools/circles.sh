#!/bin/bash
# circles.sh BUILD ROOM MOST - no more than MOST files of a room in one circle.
#
# A file (a source with its header) knows another if it uses what that one alone defines:
# a function or a table. The nodes that can reach each other are a circle. What goes
# through a table of ops that somebody else wires is no tie: that is what ports are for.
build=${1:?} room=${2:?} most=${3:?}
find "src/$room" -name '*.c' -not -path '*/preload/*' | sed "s|^|$build/|; s|c\$|o|" | xargs nm -A | awk -v most="$most" \
    -v strip="$build/src/" '
    { file = $1; sub(/:.*/, "", file); sub(strip, "", file); sub(/\.o$/, "", file)
      kind = $(NF-1); name = $NF
      files[file]
      if (kind == "U") uses[file, name]
      else if (kind ~ /[A-Z]/) owner[name] = file }
    END {
        for (pair in uses) {
            split(pair, p, SUBSEP)
            if ((p[2] in owner) && owner[p[2]] != p[1]) reach[p[1], owner[p[2]]]
        }
        for (via in files)
            for (a in files)
                if ((a, via) in reach)
                    for (b in files)
                        if ((via, b) in reach) reach[a, b]
        for (a in files) {
            n = 0; circle = ""
            for (b in files)
                if (b == a || ((a, b) in reach && (b, a) in reach)) {
                    n++; circle = circle " " b
                    if (b < a) n += 1000000        # said at the first of its files
                }
            if (n > most && n < 1000000)
                print n " files know each other in a circle:" circle
        }
    }'
