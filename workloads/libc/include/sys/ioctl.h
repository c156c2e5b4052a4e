/* sys/ioctl.h */
#ifndef SYS_IOCTL_H
#define SYS_IOCTL_H
#define TCGETS 0x5401
#define TCSETS 0x5402
#define TCSBRK 0x5409
#define TCXONC 0x540a
#define TCFLSH 0x540b
#define TIOCGPGRP 0x540f
#define TIOCSPGRP 0x5410
#define TIOCGWINSZ 0x5413
#define FIONREAD 0x541b
#define TIOCGSID 0x5429
struct winsize { unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel; };
int ioctl(int fd, unsigned long request, ...);
#endif
