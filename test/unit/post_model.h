/* A small model for tests of the model and its compiler: a post office. */
#ifndef HEARTH_TEST_POST_MODEL_H
#define HEARTH_TEST_POST_MODEL_H

#include "compile/compile.h"
#include "model/model.h"

static const struct compile_file post_files[] = {
    {STR_INIT("model.yaml"),
     STR_INIT(
         "model: { name: post, label: Post office, version: '1', zone: America/Chicago, "
         "locale: en }\n"
         "classes:\n"
         "  plain: { label: Letters, visibility: full, rank: 0 }\n"
         "roles:\n"
         "  clerk: { label: Clerk, help: Sorts. }\n"
         "policy:\n"
         "  plain:\n"
         "    clerk: { own_agency: [read, create, update, decide], state: [read] }\n"
         "deciders:\n"
         "  any_clerk: { label: a clerk, roles: [clerk], scope: own_agency, say: Only a clerk. }\n"
         "code_sets:\n"
         "  colour: { label: Colour }\n"
         "calendar:\n"
         "  source: house rule\n"
         "  from: 2026\n"
         "  to: 2026\n"
         "  holidays:\n"
         "    new_year: { label: New Year, month: 1, day: 1 }\n")                                                   },
    {STR_INIT("letter.yaml"),
     STR_INIT("entities:\n"
              "  agency: { label: Office, plural: Offices, kind: reference, class: plain, title: "
              "name, fields: { name: { kind: text } } }\n"
              "  letter:\n"
              "    label: Letter\n"
              "    plural: Letters\n"
              "    help: What the post brings.\n"
              "    kind: root\n"
              "    class: plain\n"
              "    owner: agency\n"
              "    title: subject\n"
              "    fields:\n"
              "      agency: { kind: reference, to: agency, required: answered }\n"
              "      subject: { kind: text, label: Subject, required: addressed, non_answers: "
              "[not_asked], who_asked: yes }\n"
              "      colour: { kind: code, set: colour, relevant: subject is not null }\n"
              "      received_at: { kind: datetime, label: Received }\n"
              "      answered_at: { kind: datetime, label: Answered, by: send }\n"
              "    lists:\n"
              "      stamps:\n"
              "        label: Stamps\n"
              "        row: Stamp\n"
              "        fields:\n"
              "          value: { kind: integer }\n"
              "    states:\n"
              "      draft: { label: Draft, editable: yes }\n"
              "      sent: { label: Sent, closed: yes }\n"
              "    transitions:\n"
              "      send:\n"
              "        label: Send\n"
              "        done: sent\n"
              "        help: It leaves the house.\n"
              "        from: [draft]\n"
              "        to: sent\n"
              "        decider: any_clerk\n"
              "        requires: [subject!, stamps]\n"
              "        guards:\n"
              "          paid:\n"
              "            holds: 'exists(s in stamps where s.value > 0)'\n"
              "            message: It has no stamp.\n"
              "            better: Add one.\n"
              "        effects:\n"
              "          - set: { answered_at: now }\n"
              "    audiences:\n"
              "      - { scope: own_agency, who: agency }\n"
              "      - { scope: state }\n"
              "facts:\n"
              "  came_at: { on: letter, label: the letter came, type: datetime, is: received_at }\n"
              "clocks:\n"
              "  answer:\n"
              "    id: L1\n"
              "    on: letter\n"
              "    label: Answer\n"
              "    help: A letter is answered in five business days.\n"
              "    source: house rule 1\n"
              "    kind: due\n"
              "    basis: statute\n"
              "    start: came_at\n"
              "    length: { business_days: 5 }\n"
              "    done: answered_at\n")                                                                            },
    {STR_INIT("codes/colour.csv"), STR_INIT("code,label,from,to,replaces,groups\n"
                                            "RED,Red,,2026-05-31,,warm\n"
                                            "BLUE,Blue,,,,\n"
                                            "RED,Bright red,2026-06-01,,1,warm\n")},
};

#define POST_FILES ARRAY_LENGTH(post_files)

/* The image of the post office; traps when it does not compile. */
static inline struct str post_image(struct arena *arena, struct str zone_file)
{
    struct compile_result result;
    enum status status = compile_texts(arena, post_files, POST_FILES, zone_file, &result);
    CHECK(status == STATUS_OK);
    return result.image;
}

static inline const struct model *post_model(struct arena *arena)
{
    struct outcome outcome;
    const struct model *model = NULL;
    outcome_init(&outcome, arena);
    enum status status = model_open(arena, post_image(arena, STR("")), &outcome, &model);
    CHECK(status == STATUS_OK);
    return model;
}

#endif
