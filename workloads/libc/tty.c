/* tty.c - terminals. Source: tcsetattr(3), ioctl_tty(2). */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { SPEED = 010017 };        /* CBAUD */

char *ttyname(int fd)
{
    static char name[] = "/dev/console";

    return isatty(fd) ? name : NULL;
}

int tcgetattr(int fd, struct termios *t) { return ioctl(fd, TCGETS, t); }
int tcsetattr(int fd, int when, const struct termios *t) { return ioctl(fd, TCSETS + (unsigned)when, t); }

void cfmakeraw(struct termios *t)
{
    t->c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
    t->c_oflag &= ~(tcflag_t)OPOST;
    t->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    t->c_cflag |= CS8;
    t->c_cc[VMIN] = 1;
    t->c_cc[VTIME] = 0;
}

int ttyname_r(int fd, char *buf, size_t n)
{
    const char *name = ttyname(fd);

    if (!name)
        return ENOTTY;
    if (n <= strlen(name))
        return ERANGE;
    strcpy(buf, name);
    return 0;
}

char *ctermid(char *buf)
{
    static char own[] = "/dev/tty";

    return buf ? strcpy(buf, own) : own;
}

speed_t cfgetispeed(const struct termios *t) { return t->c_cflag & SPEED; }
speed_t cfgetospeed(const struct termios *t) { return t->c_cflag & SPEED; }

/* Both ways are as fast. */
int cfsetospeed(struct termios *t, speed_t speed)
{
    if (speed & ~(speed_t)SPEED) {
        errno = EINVAL;
        return -1;
    }
    t->c_cflag = (t->c_cflag & ~(tcflag_t)SPEED) | speed;
    return 0;
}

int cfsetispeed(struct termios *t, speed_t speed) { return speed ? cfsetospeed(t, speed) : 0; }
int tcdrain(int fd) { return ioctl(fd, TCSBRK, 1); }
int tcsendbreak(int fd, int how) { (void)how; return ioctl(fd, TCSBRK, 0); }
int tcflow(int fd, int how) { return ioctl(fd, TCXONC, how); }
int tcflush(int fd, int which) { return ioctl(fd, TCFLSH, which); }

pid_t tcgetsid(int fd)
{
    pid_t session;

    return ioctl(fd, TIOCGSID, &session) < 0 ? -1 : session;
}
