/* What the kernel verbs are called, and what they ask. */
#include "service/service.h"

static const struct service_verb_words verbs[SERVICE_VERB__COUNT] = {
    [SERVICE_NO_VERB] = {.name = STR_INIT("")                                                                  },
    [SERVICE_CORRECT] =
        {
                         .name = STR_INIT("correct"),
                         .verb = VERB_CORRECT,
                         .label = STR_INIT("Correct"),
                         .done = STR_INIT("Corrected"),
                         .help = STR_INIT("What was decided stays as it was decided. The change and its reason "
                             "stand in the history, and who relied on it is told."),
                         .ask = STR_INIT("What was wrong, and how you know"),
                         .none = STR_INIT("A correction needs a reason: say what was wrong and how you know."),
                         },
    [SERVICE_ENTERED_IN_ERROR] =
        {
                         .name = STR_INIT("entered_in_error"),
                         .verb = VERB_ENTERED_IN_ERROR,
                         .label = STR_INIT("Entered in error"),
                         .done = STR_INIT("Said that it was entered in error"),
                         .help = STR_INIT(
                "For what should never have been written down here. It stays and can be read with "
                "this mark and your reason, but leaves lists, deadlines and counts, with all that "
                "belongs to it. Who decided on it is told. It can be taken back."),
                         .ask = STR_INIT("Why it should not have been entered, and how you know"),
                         .none = STR_INIT("Say why it should not have been entered, and how you know."),
                         },
    [SERVICE_REINSTATE] =
        {
                         .name = STR_INIT("reinstate"),
                         .verb = VERB_ENTERED_IN_ERROR,
                         .label = STR_INIT("It is right after all"),
                         .done = STR_INIT("Took back that it was entered in error"),
                         .help = STR_INIT("It comes back into lists, deadlines and counts, with all that was "
                             "marked together with it."),
                         .ask = STR_INIT("Why it stands after all"),
                         .none = STR_INIT("Say why it stands after all."),
                         },
    [SERVICE_MOVE] =
        {
                         .name = STR_INIT("move"),
                         .verb = VERB_MOVE,
                         .label = STR_INIT("Move to where it belongs"),
                         .done = STR_INIT("Moved to where it belongs"),
                         .help =
                STR_INIT("For what was written down with the wrong child or family. It goes there "
                         "with all that belongs to it and keeps its history. Deadlines are "
                         "worked out anew in both places, and who decided on it is told."),
                         .ask = STR_INIT("Why it belongs there, and how you know"),
                         .none = STR_INIT("Say why it belongs there, and how you know."),
                         },
    [SERVICE_REOPEN] =
        {
                         .name = STR_INIT("reopen"),
                         .verb = VERB_REOPEN,
                         .label = STR_INIT("Open again"),
                         .done = STR_INIT("Opened again"),
                         .help = STR_INIT("It goes back to what it was before it was closed, and its deadlines "
                             "count again from where they began. Who decided on it is told."),
                         .ask = STR_INIT("Why it is opened again"),
                         .none = STR_INIT("Say why it is opened again."),
                         },
    [SERVICE_SEAL] =
        {
                         .name = STR_INIT("seal"),
                         .verb = VERB_SEAL,
                         .label = STR_INIT("Seal"),
                         .done = STR_INIT("Sealed"),
                         .help =
                STR_INIT("By order of a court. For everybody who may not seal records like this "
                         "one, there is no such record any more: not in lists, searches or "
                         "counts, nor what belongs to it. Its history goes on. It can be "
                         "unsealed."),
                         .ask = STR_INIT("What the order says, without what is to be sealed"),
                         .none = STR_INIT("Say what the order says."),
                         .by_law = true,
                         },
    [SERVICE_UNSEAL] =
        {
                         .name = STR_INIT("unseal"),
                         .verb = VERB_SEAL,
                         .label = STR_INIT("Unseal"),
                         .done = STR_INIT("Unsealed"),
                         .help =
                STR_INIT("It is there again for whoever could read it before, with all that was "
                         "sealed together with it."),
                         .ask = STR_INIT("Why it is no longer sealed"),
                         .none = STR_INIT("Say why it is no longer sealed."),
                         .by_law = true,
                         },
    [SERVICE_EXPUNGE] =
        {
                         .name = STR_INIT("expunge"),
                         .verb = VERB_EXPUNGE,
                         .label = STR_INIT("Expunge"),
                         .done = STR_INIT("Expunged"),
                         .help = STR_INIT(
                "What this record and its parts say goes for good: the record, its history, "
                "drafts, files, deadlines and notices. Nobody can bring it back. A file that another "
                "record has, too, stays there unless you say otherwise. The register "
                "keeps that it was done, by whom and by which law. Somebody else must have "
                "sealed it."),
                         .ask = STR_INIT("Why it is expunged. This stays: name nobody in it"),
                         .none = STR_INIT("Say why it is expunged, and name nobody."),
                         .by_law = true,
                         },
};

const struct service_verb_words *service_verb_words(enum service_verb verb)
{
    return &verbs[verb];
}

enum service_verb service_verb_named(struct str name)
{
    enum model_kernel_verb verb;
    return model_kernel_verb_parse(name, &verb) ? (enum service_verb)(verb + 1) : SERVICE_NO_VERB;
}
