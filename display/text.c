#include "display/text.h"

#include <SDL_ttf.h>
#include <stdlib.h>
#include <string.h>

#include "display/breaks.h"
#include "shared/log.h"
#include "shared/utf8.h"

#define FONTS_OPEN_MAX 24
#define LINES_MAX 4
#define BREAKS_MAX 128
#define SIZE_MIN 4
#define ZERO_WIDTH_SPACE 0x200b
#define WORD_JOINER 0x2060

/* A text with a letter that its face lacks is written in another one, bold or not. */
enum face { FACE_REGULAR, FACE_BOLD, FACE_OTHER, FACE_OTHER_BOLD, FACE_COUNT };

#define FACES_CHOSEN 2

struct open_font {
    TTF_Font *font;
    enum face face;
    int size;      /* pixels an em */
    unsigned used; /* when, by the count of uses */
};

struct text {
    char paths[FACE_COUNT][PATH_SIZE];
    struct open_font fonts[FONTS_OPEN_MAX];
    unsigned uses;
    struct breaks *breaks;
    uint32_t complained; /* the last character that no font has */
};

struct line {
    char text[SCENE_TEXT_SIZE];
    SDL_Surface *surface;
    SDL_Rect ink; /* within the surface */
};

/* Lines of one size, drawn and measured. Heights count from the first baseline, downwards. */
struct block {
    struct line lines[LINES_MAX];
    int count;
    int ascent; /* baseline below the top of each line's surface */
    int pitch;  /* from baseline to baseline */
    int top, bottom, width;
};

/* What stands in for a font that is missing, best first; the last ones know no Thai. */
static const char *const substitutes[FACES_CHOSEN][9] = {
    {
        "/usr/share/fonts/truetype/tlwg/Loma.ttf",
        "/usr/share/fonts/opentype/tlwg/Loma.otf",
        "/usr/share/fonts/truetype/tlwg/Waree.ttf",
        "/usr/share/fonts/opentype/tlwg/Waree.otf",
        "/usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
        "/usr/share/fonts/truetype/freefont/FreeSans.ttf",
        NULL,
    },
    {
        "/usr/share/fonts/truetype/tlwg/Loma-Bold.ttf",
        "/usr/share/fonts/opentype/tlwg/Loma-Bold.otf",
        "/usr/share/fonts/truetype/tlwg/Waree-Bold.ttf",
        "/usr/share/fonts/opentype/tlwg/Waree-Bold.otf",
        "/usr/share/fonts/truetype/noto/NotoSansThai-Bold.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
        "/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf",
        "/usr/share/fonts/truetype/freefont/FreeSansBold.ttf",
        NULL,
    },
};

static bool font_works(const char *path)
{
    TTF_Font *font = TTF_OpenFont(path, 16);
    if (font)
        TTF_CloseFont(font);
    return font != NULL;
}

static bool choose_font(struct text *text, enum face face, const char *wanted)
{
    const char *found = font_works(wanted) ? wanted : NULL;
    if (!found)
        log_error("font %s cannot be used (%s); install the package fonts-thai-tlwg or set "
                  "[display] font and bold-font",
                  wanted, TTF_GetError());
    for (int i = 0; !found && substitutes[face][i]; i++)
        if (font_works(substitutes[face][i])) {
            found = substitutes[face][i];
            log_warning("%s stands in for %s", found, wanted);
        }
    if (found)
        snprintf(text->paths[face], sizeof text->paths[face], "%s", found);
    return found != NULL;
}

struct text *text_create(const char *font, const char *bold_font)
{
    if (TTF_Init() != 0) {
        log_error("SDL_ttf: %s", TTF_GetError());
        return NULL;
    }
    struct text *text = calloc(1, sizeof *text);
    if (text)
        text->breaks = breaks_create();
    if (text && text->breaks && choose_font(text, FACE_REGULAR, font) &&
        choose_font(text, FACE_BOLD, bold_font))
        return text;
    log_error("no font can be used: nothing can be written on the screen");
    if (text)
        text_destroy(text);
    else
        TTF_Quit();
    return NULL;
}

void text_destroy(struct text *text)
{
    if (!text)
        return;
    for (int i = 0; i < FONTS_OPEN_MAX; i++)
        if (text->fonts[i].font)
            TTF_CloseFont(text->fonts[i].font);
    breaks_destroy(text->breaks);
    free(text);
    TTF_Quit();
}

/* The font in that size; the one not used for longest gives way. NULL if it cannot be opened. */
static TTF_Font *get_font(struct text *text, enum face face, int size)
{
    struct open_font *place = &text->fonts[0];
    text->uses++;
    for (int i = 0; i < FONTS_OPEN_MAX; i++) {
        struct open_font *open = &text->fonts[i];
        if (open->font && open->face == face && open->size == size) {
            open->used = text->uses;
            return open->font;
        }
        if (!open->font || (place->font && open->used < place->used))
            place = open;
    }
    if (place->font)
        TTF_CloseFont(place->font);
    *place = (struct open_font){TTF_OpenFont(text->paths[face], size), face, size, text->uses};
    if (place->font) {
        /* Unhinted outlines keep Thai marks where the font's designer put them. */
        TTF_SetFontHinting(place->font, TTF_HINTING_NONE);
        TTF_SetFontDirection(place->font, TTF_DIRECTION_LTR);
    }
    return place->font;
}

/* The first character that the font lacks, 0 if it has them all. */
static uint32_t first_missing(TTF_Font *font, const char *text)
{
    for (uint32_t character; *text;) {
        text += utf8_decode(text, &character);
        bool shown = character != ZERO_WIDTH_SPACE && character != WORD_JOINER;
        if (shown && !TTF_GlyphIsProvided32(font, character))
            return character;
    }
    return 0;
}

static bool path_has_all(const char *path, const char *text)
{
    TTF_Font *font = TTF_OpenFont(path, 16);
    bool has_all = font && !first_missing(font, text);
    if (font)
        TTF_CloseFont(font);
    return has_all;
}

/* Makes a face of the font at `path`, whatever it was before. */
static void set_face(struct text *text, enum face face, const char *path)
{
    if (strcmp(text->paths[face], path) == 0)
        return;
    for (int i = 0; i < FONTS_OPEN_MAX; i++)
        if (text->fonts[i].font && text->fonts[i].face == face) {
            TTF_CloseFont(text->fonts[i].font);
            text->fonts[i] = (struct open_font){0};
        }
    snprintf(text->paths[face], sizeof text->paths[face], "%s", path);
}

/* The characters that the font lacks become question marks, and the log says so. */
static void replace_missing(struct text *text, TTF_Font *font, char *written)
{
    for (uint32_t missing; (missing = first_missing(font, written)) != 0 && missing != '?';) {
        if (missing != text->complained)
            log_warning("no font has the character U+%04X; a ? stands in for it",
                        (unsigned)missing);
        text->complained = missing;
        char *at = written;
        uint32_t character;
        size_t length;
        while ((length = utf8_decode(at, &character)) > 0 && character != missing)
            at += length;
        *at = '?';
        memmove(at + 1, at + length, strlen(at + length) + 1);
    }
}

/* The face that has all letters of the text, which is changed where there is none. */
static enum face choose_face(struct text *text, bool bold, char *written)
{
    enum face face = bold ? FACE_BOLD : FACE_REGULAR, other = bold ? FACE_OTHER_BOLD : FACE_OTHER;
    TTF_Font *font = get_font(text, face, 16);
    if (!font || !first_missing(font, written))
        return face;
    TTF_Font *stand_in = text->paths[other][0] ? get_font(text, other, 16) : NULL;
    if (stand_in && !first_missing(stand_in, written))
        return other;
    for (int i = 0; substitutes[face][i]; i++)
        if (path_has_all(substitutes[face][i], written)) {
            set_face(text, other, substitutes[face][i]);
            return other;
        }
    replace_missing(text, font, written);
    return face;
}

static bool is_thai(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)text[0] == 0xe0 &&
            ((unsigned char)text[1] == 0xb8 || (unsigned char)text[1] == 0xb9))
            return true;
    return false;
}

static int width_of(TTF_Font *font, const char *line)
{
    int width = 0;
    TTF_SizeUTF8(font, line, &width, NULL);
    return width;
}

/* Fills lines up to a width. Returns how many are needed, more than `max` if it cannot be done. */
static int wrap(TTF_Font *font, const char *text, const size_t *breaks, size_t break_count,
                int width, int max, struct line *lines)
{
    size_t from = 0, next = 0, length = strlen(text);
    int count = 0;
    while (from < length) {
        if (count == max)
            return max + 1;
        char *line = lines[count++].text;
        size_t end = from;
        for (size_t i = next; i <= break_count; i++) {
            char longer[SCENE_TEXT_SIZE];
            size_t to = i < break_count ? breaks[i] : length;
            breaks_copy_line(text + from, to - from, longer, sizeof longer);
            if (width_of(font, longer) > width)
                break;
            memcpy(line, longer, sizeof longer);
            end = to;
            next = i + 1;
        }
        if (end == from)
            return max + 1;
        from = end;
    }
    return count;
}

/* Makes the lines as even as they get without becoming more. */
static void even_out(TTF_Font *font, const char *text, const size_t *breaks, size_t break_count,
                     int width, struct block *block)
{
    int low = width / block->count, high = width;
    struct line tried[LINES_MAX];
    while (high - low > 2) {
        int middle = (low + high) / 2;
        if (wrap(font, text, breaks, break_count, middle, block->count, tried) > block->count) {
            low = middle;
            continue;
        }
        high = middle;
        for (int i = 0; i < block->count; i++)
            memcpy(block->lines[i].text, tried[i].text, sizeof tried[i].text);
    }
}

static SDL_Rect find_ink(SDL_Surface *surface)
{
    int left = surface->w, right = -1, top = surface->h, bottom = -1;
    for (int y = 0; y < surface->h; y++) {
        const uint8_t *row = (const uint8_t *)surface->pixels + (ptrdiff_t)y * surface->pitch;
        for (int x = 0; x < surface->w; x++) {
            uint32_t pixel;
            memcpy(&pixel, row + (ptrdiff_t)x * 4, sizeof pixel);
            if ((pixel & surface->format->Amask) == 0)
                continue;
            left = x < left ? x : left;
            right = x > right ? x : right;
            top = y < top ? y : top;
            bottom = y;
        }
    }
    return right < 0 ? (SDL_Rect){0, 0, 0, 0}
                     : (SDL_Rect){left, top, right - left + 1, bottom - top + 1};
}

static void block_finish(struct block *block)
{
    for (int i = 0; i < LINES_MAX; i++)
        SDL_FreeSurface(block->lines[i].surface);
    *block = (struct block){0};
}

/* Draws the lines and measures what they make together. */
static bool render(struct block *block, TTF_Font *font, int size, uint32_t colour)
{
    SDL_Color ink = {(uint8_t)(colour >> 16), (uint8_t)(colour >> 8), (uint8_t)colour, 255};
    block->ascent = TTF_FontAscent(font);
    block->pitch = size * 5 / 4;
    block->width = 0;
    for (int i = 0; i < block->count; i++) {
        struct line *line = &block->lines[i];
        line->surface = TTF_RenderUTF8_Blended(font, line->text, ink);
        if (!line->surface)
            return false;
        line->ink = find_ink(line->surface);
        block->width = line->ink.w > block->width ? line->ink.w : block->width;
        if (i > 0) {
            const SDL_Rect *above = &block->lines[i - 1].ink;
            int needed = above->y + above->h - line->ink.y + size / 8;
            block->pitch = needed > block->pitch ? needed : block->pitch;
        }
    }
    const SDL_Rect *first = &block->lines[0].ink, *last = &block->lines[block->count - 1].ink;
    block->top = first->y - block->ascent;
    block->bottom = last->y + last->h - block->ascent + block->pitch * (block->count - 1);
    return true;
}

static int smaller_size(int size, int room, int taken)
{
    int fitting = taken > room ? (int)((int64_t)size * room / taken) : size - 1;
    return fitting < size ? fitting : size - 1;
}

/* Finds the largest size at which the text fits, up to the one wanted, and draws it. */
static bool fit(struct text *text, const struct scene_item *item, uint32_t colour,
                struct block *block, TTF_Font **font)
{
    size_t breaks[BREAKS_MAX];
    char written[SCENE_TEXT_SIZE];
    memcpy(written, item->text, sizeof written);
    enum face face = choose_face(text, item->bold, written);
    size_t break_count = breaks_find(text->breaks, written, breaks, BREAKS_MAX);
    int max_lines = item->lines < LINES_MAX ? item->lines : LINES_MAX;
    int width = item->box.w - 2, height = item->box.h - 2;
    for (int size = item->size; size >= SIZE_MIN;) {
        *font = get_font(text, face, size);
        if (!*font)
            return false;
        TTF_SetFontScriptName(*font, is_thai(written) ? "Thai" : "Latn");
        block->count = wrap(*font, written, breaks, break_count, width, max_lines, block->lines);
        if (block->count > max_lines) {
            char whole[SCENE_TEXT_SIZE];
            breaks_copy_line(written, strlen(written), whole, sizeof whole);
            size = item->lines > 1 ? size - 1 - size / 32
                                   : smaller_size(size, width, width_of(*font, whole));
            block->count = 0;
            continue;
        }
        if (block->count > 1)
            even_out(*font, written, breaks, break_count, width, block);
        if (block->count == 0 || !render(block, *font, size, colour))
            return false;
        int taken = block->bottom - block->top;
        if (block->width <= width && taken <= height)
            return true;
        size = block->count > 1 ? size - 1 - size / 32 : smaller_size(size, height, taken);
        block_finish(block);
    }
    log_warning("\"%s\" does not fit %d x %d pixels", item->text, item->box.w, item->box.h);
    return false;
}

/* How far the letters that a line mostly consists of rise above the baseline. */
static int letter_height(TTF_Font *font, const char *text)
{
    int top = 0;
    TTF_GlyphMetrics32(font, is_thai(text) ? 0x0e19 : '0', NULL, NULL, NULL, &top, NULL);
    return top;
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

void text_draw(struct text *text, SDL_Surface *surface, const struct scene_item *item,
               uint32_t colour)
{
    struct block block = {0};
    TTF_Font *font;
    if (!fit(text, item, colour, &block, &font))
        goto out;
    /* Letters stand in the middle whatever marks they bear, so that rows look alike, as far as
     * the ink then still is inside. */
    const struct box *box = &item->box;
    int span = letter_height(font, item->text) - block.pitch * (block.count - 1);
    int baseline = box->y + (box->h + span) / 2;
    baseline = clamp(baseline, box->y + 1 - block.top, box->y + box->h - 1 - block.bottom);
    for (int i = 0; i < block.count; i++) {
        struct line *line = &block.lines[i];
        int spare = box->w - 2 - line->ink.w;
        int left = item->align == ALIGN_LEFT ? 0 : item->align == ALIGN_RIGHT ? spare : spare / 2;
        SDL_Rect to = {box->x + 1 + left, baseline + block.pitch * i - block.ascent + line->ink.y,
                       line->ink.w, line->ink.h};
        SDL_BlitSurface(line->surface, &line->ink, surface, &to);
    }
out:
    block_finish(&block);
}
