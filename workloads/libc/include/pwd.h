/* pwd.h - one user: root. */
#ifndef PWD_H
#define PWD_H
#include <sys/types.h>
struct passwd { char *pw_name, *pw_passwd; uid_t pw_uid; gid_t pw_gid;
                char *pw_gecos, *pw_dir, *pw_shell; };
struct passwd *getpwuid(uid_t uid);
struct passwd *getpwnam(const char *name);
int getpwuid_r(uid_t uid, struct passwd *p, char *buf, size_t n, struct passwd **result);
int getpwnam_r(const char *name, struct passwd *p, char *buf, size_t n, struct passwd **result);
struct passwd *getpwent(void);
void setpwent(void);
void endpwent(void);
#endif
