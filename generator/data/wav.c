/* SPDX-License-Identifier: MIT */
/* Recordings: RIFF WAVE files of PCM with 8 or 16 bits, read by libsndfile.  -1 <= value < 1. */
#include "data/reading.h"

#include <errno.h>
#include <limits.h>
#include <sndfile.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* libsndfile opens forty formats: only what is meant gets to it.  NULL, or why not. */
static const char *why_no_wave(FILE *f, int64_t bytes)
{
    unsigned char head[12];
    if (fread(head, 1, sizeof head, f) != sizeof head || memcmp(head, "RIFF", 4) || memcmp(head + 8, "WAVE", 4))
        return "this is no RIFF WAVE file";
    uint32_t behind = head[4] | (uint32_t)head[5] << 8 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 24;
    if (behind != UINT32_MAX &&
        behind > bytes - 7) /* unknown to who streamed it; the byte that makes it even may miss */
        return "the file is cut short";
    return NULL;
}

/* Why a file that was opened is not read; NULL: it is. */
static const char *why_not(const SF_INFO *info, int64_t bytes)
{
    int container = info->format & SF_FORMAT_TYPEMASK, form = info->format & SF_FORMAT_SUBMASK;
    int each = form == SF_FORMAT_PCM_U8 ? 1 : 2;
    if ((container != SF_FORMAT_WAV && container != SF_FORMAT_WAVEX) ||
        (form != SF_FORMAT_PCM_U8 && form != SF_FORMAT_PCM_16))
        return "only PCM of 8 or 16 bits is read";
    if (info->channels < 1 || info->channels > 2)
        return "only mono and stereo are read";
    if (info->frames < 1)
        return "it has no samples";
    if (info->frames > INT_MAX || info->frames > bytes / each / info->channels)
        return "the file is cut short";
    return NULL;
}

static const char *read_frames(struct arena *mem, SNDFILE *file, const SF_INFO *info, struct series *s)
{
    int64_t count = info->frames * info->channels;
    short *pcm = NEW_ARRAY(mem, short, count);
    if (sf_readf_short(file, pcm, info->frames) != info->frames)
        return "the file is cut short";
    *s = (struct series){NEW_ARRAY(mem, float, count), info->frames, info->channels, info->samplerate};
    for (int64_t i = 0; i < count; i++)
        s->value[i] = (float)pcm[i] / 32768;
    return NULL;
}

static const char *read_recording(struct arena *mem, const char *path, struct series *s)
{
    FILE *f = input_open(path);
    if (!f)
        return file_error(errno);
    struct stat info;
    SF_INFO form = {0};
    const char *why = fstat(fileno(f), &info) ? strerror(errno) : why_no_wave(f, info.st_size);
    if (!why) {
        lseek(fileno(f), 0, SEEK_SET);
        SNDFILE *file = sf_open_fd(fileno(f), SFM_READ, &form, SF_FALSE);
        why = file ? why_not(&form, info.st_size) : "its header is not understood";
        if (file && !why)
            why = read_frames(mem, file, &form, s);
        if (file)
            sf_close(file);
    }
    fclose(f);
    return why;
}

bool wav_read(struct reading *r, const char *path, struct series *s)
{
    const char *why = read_recording(r->mem, path, s);
    if (why)
        REFUSE(r, path, "for example: sox in.wav -b 16 -c 1 out.wav", "cannot read the recording: %s", why);
    return !why;
}
