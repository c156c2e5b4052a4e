/* sys/termios.h - an old name. */
#include <termios.h>
