/* A set of recorded clips: a folder with the manifest voice.ini, which names the file of each clip
 * in sections [th], [en] and [ms] ("number = th/number.wav"), and the set's own name and licence
 * in [set]. The clips are those of shared/speech.h. Opens no sound. */
#pragma once

#include "shared/config.h"
#include "shared/words.h"

struct clip_set;

/* An empty set of that folder, which need not exist yet. NULL without memory. To be freed with
 * clip_set_destroy. */
struct clip_set *clip_set_create(const char *folder);

/* Reads FOLDER/voice.ini. Faults go to `problems`, and their lines are left out. NULL if it cannot
 * be read at all. To be freed with clip_set_destroy. */
struct clip_set *clip_set_read(const char *folder, struct problems *problems);
void clip_set_destroy(struct clip_set *set);

const char *clip_set_folder(const struct clip_set *set);

/* The file of a clip, relative to the folder; NULL if the set has none. The set's own. */
const char *clip_set_file(const struct clip_set *set, enum language language, const char *clip);

/* Sets or replaces the file of a clip; NULL takes it out. 0, or -EINVAL if there is no such clip
 * in that language or the file could lie outside of the folder; -ENOMEM. */
int clip_set_put(struct clip_set *set, enum language language, const char *clip, const char *file);

/* "" where not given. Each is cut to 170 bytes; -EINVAL if it is more than one line. */
const char *clip_set_name(const struct clip_set *set);
const char *clip_set_licence(const struct clip_set *set);
int clip_set_describe(struct clip_set *set, const char *name, const char *licence);

/* Writes the manifest: the whole new one or the whole old one, whatever happens. 0 or -errno. */
int clip_set_write(const struct clip_set *set);
