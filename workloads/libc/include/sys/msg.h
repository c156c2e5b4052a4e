/* sys/msg.h - message queues of System V: 16 KiB in each, 8 KiB a message; see sys/ipc.h for
 * their limits. */
#ifndef SYS_MSG_H
#define SYS_MSG_H
#include <sys/ipc.h>
#define MSG_NOERROR 010000
#define MSG_EXCEPT 020000
typedef unsigned long msgqnum_t;
typedef unsigned long msglen_t;
struct msgbuf { long mtype; char mtext[1]; };
struct msqid_ds {
    struct ipc_perm msg_perm;
    time_t msg_stime, msg_rtime, msg_ctime;
    unsigned long __msg_cbytes;
    msgqnum_t msg_qnum;
    msglen_t msg_qbytes;
    pid_t msg_lspid, msg_lrpid;
};
int msgget(key_t key, int flags);
int msgsnd(int id, const void *message, size_t n, int flags);
ssize_t msgrcv(int id, void *message, size_t n, long type, int flags);
int msgctl(int id, int how, struct msqid_ds *ds);
#endif
