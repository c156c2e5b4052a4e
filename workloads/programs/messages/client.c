/* client.c - asks another machine for squares, by message queues. */
#include <mqueue.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    mqd_t ask = mq_open("/ask", O_WRONLY), answer = mq_open("/answer", O_RDONLY);
    char text[1024];

    for (int i = 1; i <= 5; i++) {
        snprintf(text, sizeof text, "%d", i * i + i);
        if (mq_send(ask, text, strlen(text), 0) < 0) {
            perror("mq_send");
            return 1;
        }
        int n = (int)mq_receive(answer, text, sizeof text, NULL);
        if (n < 0) {
            perror("mq_receive");
            return 1;
        }
        printf("%d: %.*s\n", i * i + i, n, text);
    }
    return 0;
}
