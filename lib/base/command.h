/* command.h - the command that started this process. */
#ifndef COMMAND_H
#define COMMAND_H

struct buf;
/* Append it as a shell takes it, words quoted where they must be; without
 * /proc only the program's name. */
void command_print(struct buf *);
/* Append one more word, a space before it. */
void command_word(struct buf *, const char *word);

#endif
