#include "html/template.h"

void template_markup(struct html *html, struct str markup)
{
    html_raw(html, (struct html_trusted){markup});
}

void template_text_unsigned(struct html *html, uint64_t number)
{
    template_markup(html, STR(""));
    buf_digits(html->out, number, 1);
}

void template_value(struct html *html, struct str value)
{
    html_escape(html->out, value);
}

void template_value_int(struct html *html, int64_t number)
{
    buf_int(html->out, number);
}

void template_value_unsigned(struct html *html, uint64_t number)
{
    buf_digits(html->out, number, 1);
}

void template_url(struct html *html, struct url url)
{
    html_escape(html->out, url.text);
}

void template_url_part(struct html *html, struct str part)
{
    url_encode(html->out, part);
}

void template_url_segment(struct html *html, struct str segment)
{
    url_encode_segment(html->out, segment);
}
