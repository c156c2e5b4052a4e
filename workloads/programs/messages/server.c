/* server.c - answers whoever asks with squares, until nobody has for half a second. */
#include <errno.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    mqd_t ask = mq_open("/ask", O_RDONLY), answer = mq_open("/answer", O_WRONLY);
    char text[1025];

    for (;;) {
        struct timespec until;

        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 500000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        int n = (int)mq_timedreceive(ask, text, sizeof text - 1, NULL, &until);
        if (n < 0)
            return errno == ETIMEDOUT ? 0 : 1;
        text[n] = '\0';
        n = atoi(text);
        snprintf(text, sizeof text, "%d", n * n);
        if (mq_send(answer, text, strlen(text), 0) < 0)
            return 1;
    }
}
