/* The sample pages of gallery.c. */
#ifndef HEARTH_GALLERY_H
#define HEARTH_GALLERY_H

#include "html/pages.h"
#include "template_frame.h"

struct template_frame gallery_frame(struct str title, struct str version);
void gallery_my_day(struct html *html, struct template_frame *frame);
void gallery_my_day_empty(struct html *html, struct template_frame *frame);
void gallery_intake(struct html *html, struct template_frame *frame);
void gallery_intake_refused(struct html *html, struct template_frame *frame);
void gallery_assessment(struct html *html, struct template_frame *frame);
void gallery_many(struct html *html, struct template_frame *frame);
void gallery_person(struct html *html, struct template_frame *frame);
void gallery_restricted(struct html *html, struct template_frame *frame);
void gallery_plan(struct html *html, struct template_frame *frame);
void gallery_approvals(struct html *html, struct template_frame *frame);
void gallery_log(struct html *html, struct template_frame *frame);
void gallery_sign_in(struct html *html, struct template_frame *frame);
void gallery_error(struct html *html, struct template_frame *frame);
void gallery_clash(struct html *html, struct template_frame *frame);

#endif
