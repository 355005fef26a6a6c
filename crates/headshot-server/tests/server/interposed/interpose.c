/* Stands between a program and the system: writes down in which order files are synced and get their names, and lets
   fail what a test wants to fail. The environment's DISK is the folder that it is about. In the folder FAULTS is the
   list, `log`; while there is a file `sync` no sync works, while there is a file `write` nothing can be written, as when
   the system has made a damaged disk read-only. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void in_faults(char *path, const char *name) { snprintf(path, PATH_MAX, "%s/%s", getenv("FAULTS"), name); }

static int is_on(const char *fault) {
    char path[PATH_MAX];
    in_faults(path, fault);
    return syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
}

static int is_ours(const char *path) {
    const char *disk = getenv("DISK");
    return strncmp(path, disk, strlen(disk)) == 0;
}

static int name_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
    return is_ours(path);
}

static void note(const char *what, const char *path) {
    char log[PATH_MAX], line[PATH_MAX + 16];
    in_faults(log, "log");
    int length = snprintf(line, sizeof line, "%s %s\n", what, path);
    int fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    syscall(SYS_write, fd, line, length);
    syscall(SYS_close, fd);
}

static int refuses(int code) {
    errno = code;
    return -1;
}

static int is_read_only(const char *path) { return is_ours(path) && is_on("write"); }

static int is_read_only_file(int fd) {
    char path[PATH_MAX];
    return is_on("write") && name_of(fd, path);
}

static int synced(int fd, int (*sync)(int)) {
    char path[PATH_MAX];
    int is_watched = name_of(fd, path);
    if (is_watched && is_on("sync")) return refuses(EIO);
    int result = sync(fd);
    if (is_watched && result == 0) note("sync", path);
    return result;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

ssize_t write(int fd, const void *bytes, size_t length) {
    return is_read_only_file(fd) ? refuses(EROFS) : REAL(write)(fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    return is_read_only_file(fd) ? refuses(EROFS) : REAL(pwrite)(fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    return is_read_only_file(fd) ? refuses(EROFS) : REAL(pwrite64)(fd, bytes, length, at);
}

int ftruncate(int fd, off_t length) { return is_read_only_file(fd) ? refuses(EROFS) : REAL(ftruncate)(fd, length); }
int ftruncate64(int fd, off64_t length) { return is_read_only_file(fd) ? refuses(EROFS) : REAL(ftruncate64)(fd, length); }
int unlink(const char *path) { return is_read_only(path) ? refuses(EROFS) : REAL(unlink)(path); }
int mkdir(const char *path, mode_t mode) { return is_read_only(path) ? refuses(EROFS) : REAL(mkdir)(path, mode); }

int rename(const char *from, const char *to) {
    if (is_read_only(to)) return refuses(EROFS);
    int result = REAL(rename)(from, to);
    if (result == 0 && is_ours(to)) note("name", to);
    return result;
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode_t mode = mode_of(flags, rest);                                                                            \
        va_end(rest);                                                                                                  \
        int writes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT;                                               \
        return writes && is_read_only(path) ? refuses(EROFS) : REAL(name)(path, flags, mode);                          \
    }

OPEN(open)
OPEN(open64)
