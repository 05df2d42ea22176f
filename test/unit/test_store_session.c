/* Signing in, sessions, drafts, keys: what is kept, and what of it can be read from the disk. */
#include "store/draft.h"
#include "store/sign_in.h"
#include "test_store_files.h"

#include <sys/stat.h>

#include "store/keys.h"

/* ---- short ways ---- */

struct sign {
    const char *name;
    const struct store_login *login;
    struct str token;
    const struct store_session *session;
    bool end;
};

static enum status sign(struct uow *uow, void *input)
{
    const struct sign *sign = input;
    if (sign->login) {
        TRY(uow_login_set(uow, str_from(sign->name), sign->login));
    }
    if (sign->session) {
        TRY(uow_session_set(uow, sign->token, sign->session));
    }
    return sign->end ? uow_session_end(uow, sign->token) : STATUS_OK;
}

static enum status find_login(struct world *w, const char *name, struct store_login *ret_login)
{
    struct store_reader *reader = reader_of(w);
    enum status status = store_login_find(reader, str_from(name), ret_login);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return status;
}

/* Whether any file of the folder holds the words. */
static bool disk_holds(struct world *w, const char *words)
{
    char command[600];
    snprintf(command, sizeof(command), "grep -rqaF '%s' '%s'", words, w->folder);
    return system(command) == 0; /* NOLINT: both are of this test */
}

struct failing {
    struct store_guesser guesser;
    struct store_failures failures;
};

static enum status count_wrong(struct uow *uow, void *input)
{
    const struct failing *failing = input;
    return uow_failures_set(uow, failing->guesser, &failing->failures);
}

static struct store_failures failures_of(struct world *w, struct store_guesser guesser)
{
    struct store_failures failures;
    struct store_reader *reader = reader_of(w);
    assert_int_equal(store_failures(reader, guesser, &failures), STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return failures;
}

static enum status find_session(struct world *w, struct str token, struct store_session *ret)
{
    struct store_reader *reader = reader_of(w);
    enum status status = store_session_find(reader, token, ret);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return status;
}

/* ---- signing in ---- */

static void a_lock_after_wrong_passwords_outlives_a_restart(void **state)
{
    (void)state;
    WORLD(w);
    struct store_login login = {.worker = w.workers[INTAKE], .password_hash = STR("$argon2id$x")};
    struct store_login found;
    struct store_failures failures;
    struct failing stranger = {
        {STR("hunter"), STR("203.0.113.7")  },
        { 4,            1, {STORE_NOW + 900000}}
    };
    struct sign first = {.name = "hunter", .login = &login};
    assert_int_equal(find_login(&w, "hunter", &found), STATUS_NOT_FOUND);
    must_act(&w, NULL, sign, &first);
    must_act(&w, NULL, count_wrong, &stranger);
    world_reopen(&w);
    assert_int_equal(find_login(&w, "hunter", &found), STATUS_OK);
    assert_true(uuid_eq(found.worker, w.workers[INTAKE]));
    assert_text(found.password_hash, "$argon2id$x");
    assert_int_equal(find_login(&w, "Hunter", &found), STATUS_NOT_FOUND);
    failures = failures_of(&w, stranger.guesser);
    assert_int_equal(failures.failures, 4);
    assert_int_equal(failures.locks, 1);
    assert_int_equal(failures.locked_until.ms, STORE_NOW + 900000);
    assert_int_equal(failures_of(&w, (struct store_guesser){STR("hunter"), STR("")}).locks, 0);
    assert_int_equal(failures_of(&w, (struct store_guesser){STR(""), stranger.guesser.from}).locks,
                     0);
}

/* What is typed as a name may be a password; where somebody is, is nobody's business. */
static void neither_name_nor_address_of_who_guesses_can_be_read(void **state)
{
    (void)state;
    WORLD(w);
    struct failing stranger = {
        {STR("Correct-Horse-7"), STR("203.0.113.77")},
        {.failures = 1                     }
    };
    must_act(&w, NULL, count_wrong, &stranger);
    assert_int_equal(failures_of(&w, stranger.guesser).failures, 1);
    assert_false(disk_holds(&w, "Correct-Horse-7"));
    assert_false(disk_holds(&w, "203.0.113.77"));
}

static void a_worker_cannot_sign_in_without_a_name(void **state)
{
    (void)state;
    WORLD(w);
    struct store_login login = {.worker = w.workers[INTAKE]};
    struct sign blank = {.name = "  ", .login = &login};
    assert_int_equal(act(&w, NULL, sign, &blank), STATUS_INVALID);
}

/* ---- sessions ---- */

static void a_session_lives_until_it_is_ended(void **state)
{
    (void)state;
    WORLD(w);
    struct str token = STR("0123456789abcdef0123456789abcdef");
    struct store_session found;
    struct store_session session = {.worker = w.workers[INTAKE],
                                    .agency = w.agencies[0],
                                    .form_token = STR("form"),
                                    .created_at = {STORE_NOW},
                                    .seen_at = {STORE_NOW}};
    struct sign in = {.token = token, .session = &session};
    struct sign out = {.token = token, .end = true};
    must_act(&w, NULL, sign, &in);
    session.seen_at.ms += 60000;
    must_act(&w, NULL, sign, &in);
    world_reopen(&w);
    assert_int_equal(find_session(&w, token, &found), STATUS_OK);
    assert_true(uuid_eq(found.worker, w.workers[INTAKE]));
    assert_true(uuid_eq(found.agency, w.agencies[0]));
    assert_text(found.form_token, "form");
    assert_int_equal(found.created_at.ms, STORE_NOW);
    assert_int_equal(found.seen_at.ms, STORE_NOW + 60000);
    assert_int_equal(find_session(&w, STR("another"), &found), STATUS_NOT_FOUND);
    must_act(&w, NULL, sign, &out);
    assert_int_equal(find_session(&w, token, &found), STATUS_NOT_FOUND);
}

/* A page that was still open notes that it is in use, just after its worker signed out. */
static void an_ended_session_does_not_come_back(void **state)
{
    (void)state;
    WORLD(w);
    struct str token = STR("0123456789abcdef0123456789abcdef");
    struct store_session found;
    struct store_session session = {.worker = w.workers[INTAKE],
                                    .form_token = STR("form"),
                                    .created_at = {STORE_NOW},
                                    .seen_at = {STORE_NOW}};
    struct sign in = {.token = token, .session = &session};
    struct sign out = {.token = token, .end = true};
    must_act(&w, NULL, sign, &in);
    must_act(&w, NULL, sign, &out);
    session.seen_at.ms += 61000;
    must_act(&w, NULL, sign, &in);
    assert_int_equal(find_session(&w, token, &found), STATUS_NOT_FOUND);
}

static void forgotten_sessions_are_swept_and_those_of_programs_stay(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct store_session found;
    struct store_session session = {.worker = w.workers[INTAKE],
                                    .form_token = STR("form"),
                                    .created_at = {STORE_NOW},
                                    .seen_at = {STORE_NOW}};
    struct sign page = {.token = STR("page"), .session = &session};
    must_act(&w, NULL, sign, &page);
    session.form_token = STR("");
    struct sign program = {.token = STR("program"), .session = &session};
    must_act(&w, NULL, sign, &program);
    pass(&w, 30 * DAY_MS);
    outcome_init(&outcome, &w.arena);
    assert_int_equal(store_catch_up(w.store, &outcome), STATUS_OK);
    assert_int_equal(find_session(&w, STR("page"), &found), STATUS_NOT_FOUND);
    assert_int_equal(find_session(&w, STR("program"), &found), STATUS_OK);
}

/* ---- drafts ---- */

#define PLACE STR("workspace intake 0190")

/* Waits for a draft as a request would be told. */
struct told {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool done;
};

static void tell(void *context)
{
    struct told *told = context;
    pthread_mutex_lock(&told->lock);
    told->done = true;
    pthread_cond_signal(&told->cond);
    pthread_mutex_unlock(&told->lock);
}

static enum status save_draft(struct world *w, int worker, struct str place, struct str content)
{
    struct told told = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    enum status saved = STATUS_INTERNAL;
    TRY(store_draft_save(w->store, w->workers[worker], place, STR("The Oakfield family"), content,
                         (struct completion){tell, &told}, &saved));
    pthread_mutex_lock(&told.lock);
    while (!told.done) {
        pthread_cond_wait(&told.cond, &told.lock);
    }
    pthread_mutex_unlock(&told.lock);
    return saved;
}

static enum status find_draft(struct world *w, int worker, struct str *ret_content)
{
    struct instant saved_at;
    struct store_reader *reader = reader_of(w);
    enum status status =
        store_draft_find(reader, w->workers[worker], PLACE, ret_content, &saved_at);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return status;
}

static void a_draft_comes_back_after_a_restart_and_only_to_its_worker(void **state)
{
    (void)state;
    WORLD(w);
    struct str content;
    struct store_draft *drafts;
    size_t count;
    assert_int_equal(save_draft(&w, INTAKE, PLACE, STR("narrative=First")), STATUS_OK);
    pass(&w, 5000);
    assert_int_equal(save_draft(&w, INTAKE, PLACE, STR("narrative=A+door+was+open")), STATUS_OK);
    world_reopen(&w);
    assert_int_equal(find_draft(&w, INTAKE, &content), STATUS_OK);
    assert_text(content, "narrative=A+door+was+open");
    assert_int_equal(find_draft(&w, SUPERVISOR, &content), STATUS_NOT_FOUND);
    struct store_reader *reader = reader_of(&w);
    assert_int_equal(store_drafts(reader, w.workers[INTAKE], &drafts, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_text(drafts[0].title, "The Oakfield family");
    assert_str_equal(drafts[0].place, PLACE);
    assert_int_equal(drafts[0].saved_at.ms, STORE_NOW + 5000);
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

static void a_draft_cannot_be_read_from_the_disk(void **state)
{
    (void)state;
    WORLD(w);
    assert_int_equal(save_draft(&w, INTAKE, PLACE, STR("narrative=bruises+on+the+left+arm")),
                     STATUS_OK);
    assert_false(disk_holds(&w, "bruises"));
    assert_false(disk_holds(&w, "Oakfield"));
    w.store = store_close(w.store);
    assert_true(disk_holds(&w, "workspace intake")); /* it is looked for in the right place */
    assert_false(disk_holds(&w, "bruises"));
    world_open(&w);
}

/* Somebody with the file, but not the keys, gives one worker the draft of another. */
static void a_draft_put_in_another_place_does_not_open(void **state)
{
    (void)state;
    WORLD(w);
    struct str content;
    struct db_statement *q;
    struct db_scope scope;
    assert_int_equal(save_draft(&w, INTAKE, PLACE, STR("narrative=x")), STATUS_OK);
    w.store = store_close(w.store);
    struct db *db = open_file(&w, "hearth.db", DB_WRITER);
    assert_int_equal(db_begin(db, DB_WRITE, &scope), STATUS_OK);
    assert_int_equal(db_prepare(db, STR("UPDATE draft SET worker = ?1"), &w.arena, &q), STATUS_OK);
    db_bind_uuid(q, 1, w.workers[STRANGER]);
    assert_int_equal(db_run(q), STATUS_OK);
    assert_int_equal(db_commit(&scope), STATUS_OK);
    db_close(db);
    world_open(&w);
    assert_int_equal(find_draft(&w, STRANGER, &content), STATUS_INTERNAL);
}

struct closing {
    struct world *world;
    enum status ends;
};

static enum status delete_draft(struct uow *uow, void *input)
{
    const struct closing *closing = input;
    uow_draft_delete(uow, closing->world->workers[INTAKE], PLACE);
    return closing->ends;
}

static void a_draft_ends_with_the_act_that_saves_it_and_stays_when_that_fails(void **state)
{
    (void)state;
    WORLD(w);
    struct str content;
    struct closing failing = {&w, STATUS_REFUSED};
    struct closing saving = {&w, STATUS_OK};
    assert_int_equal(save_draft(&w, INTAKE, PLACE, STR("narrative=x")), STATUS_OK);
    assert_int_equal(act(&w, &w.actors[INTAKE], delete_draft, &failing), STATUS_REFUSED);
    assert_int_equal(find_draft(&w, INTAKE, &content), STATUS_OK);
    assert_int_equal(act(&w, &w.actors[INTAKE], delete_draft, &saving), STATUS_OK);
    assert_int_equal(find_draft(&w, INTAKE, &content), STATUS_NOT_FOUND);
}

static void a_draft_has_limits(void **state)
{
    (void)state;
    WORLD(w);
    size_t size = (size_t)1024 * 1024;
    char *large = arena_alloc(&w.arena, size + 1);
    memset(large, 'x', size + 1);
    assert_int_equal(save_draft(&w, INTAKE, PLACE, (struct str){large, size}), STATUS_OK);
    assert_int_equal(save_draft(&w, INTAKE, PLACE, (struct str){large, size + 1}),
                     STATUS_TOO_LARGE);
    assert_int_equal(save_draft(&w, INTAKE, (struct str){large, 201}, STR("x")), STATUS_INVALID);
    assert_int_equal(save_draft(&w, INTAKE, STR(""), STR("x")), STATUS_INVALID);
}

/* ---- keys ---- */

static const char *key_path(struct world *w, const char *name)
{
    return str_cstr(&w->arena,
                    STR_JOIN(&w->arena, str_from(w->folder), STR("/keys/"), str_from(name)));
}

static enum status try_open(struct world *w)
{
    struct outcome outcome;
    struct store_options options = {.directory = str_from(w->folder),
                                    .server = test_server(&w->arena, str_from(w->folder)),
                                    .image = w->image,
                                    .now_ms = world_now,
                                    .now_context = w,
                                    .readers = 1};
    outcome_init(&outcome, &w->arena);
    enum status status = store_open(&options, &outcome, &w->store);
    if (status != STATUS_OK) {
        assert_true(str_find(outcome.detail, STR("data-1.key")) >= 0);
    }
    return status;
}

static void keys_are_for_their_owner_alone(void **state)
{
    (void)state;
    WORLD(w);
    struct stat facts;
    assert_int_equal(stat(key_path(&w, ""), &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0700);
    assert_int_equal(stat(key_path(&w, "data-1.key"), &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    w.store = store_close(w.store);
    assert_int_equal(chmod(key_path(&w, "data-1.key"), 0640), 0);
    assert_int_equal(try_open(&w), STATUS_INTERNAL);
    assert_int_equal(chmod(key_path(&w, "data-1.key"), 0600), 0);
    assert_int_equal(try_open(&w), STATUS_OK);
}

/* New keys in place of lost ones would make everything sealed unreadable without anybody noticing.
 */
static void lost_keys_are_not_made_anew(void **state)
{
    (void)state;
    WORLD(w);
    w.store = store_close(w.store);
    assert_int_equal(rename(key_path(&w, "data-1.key"), key_path(&w, "elsewhere")), 0);
    assert_int_equal(try_open(&w), STATUS_NOT_FOUND);
    assert_int_equal(rename(key_path(&w, "elsewhere"), key_path(&w, "data-1.key")), 0);
    assert_int_equal(try_open(&w), STATUS_OK);
}

static void what_is_sealed_opens_only_where_it_belongs(void **state)
{
    (void)state;
    WORLD(w);
    const struct store_keys *keys = w.store->keys;
    struct str plain;
    struct str one = keys_seal(keys, &w.arena, KEY_FIELD, STR("person 1"), STR("123-45-6789"));
    struct str two = keys_seal(keys, &w.arena, KEY_FIELD, STR("person 1"), STR("123-45-6789"));
    assert_false(str_eq(one, two)); /* equal values cannot be told from equal ciphertexts */
    assert_int_equal(keys_unseal(keys, &w.arena, KEY_FIELD, STR("person 1"), one, &plain),
                     STATUS_OK);
    assert_text(plain, "123-45-6789");
    assert_int_equal(keys_unseal(keys, &w.arena, KEY_FIELD, STR("person 2"), one, &plain),
                     STATUS_INTERNAL);
    assert_int_equal(keys_unseal(keys, &w.arena, KEY_DRAFT, STR("person 1"), one, &plain),
                     STATUS_INTERNAL);
    char *changed = arena_copy(&w.arena, one.p, one.n);
    for (size_t i = 0; i < one.n; i++) {
        changed[i] ^= 1;
        assert_int_equal(keys_unseal(keys, &w.arena, KEY_FIELD, STR("person 1"),
                                     (struct str){changed, one.n}, &plain),
                         i == 0 ? STATUS_KEY_MISSING : STATUS_INTERNAL);
        changed[i] ^= 1;
    }
    assert_str_equal(keys_blind(keys, &w.arena, 1, STR("person.ssn"), STR("123")),
                     keys_blind(keys, &w.arena, 1, STR("person.ssn"), STR("123")));
    assert_false(str_eq(keys_blind(keys, &w.arena, 1, STR("person.ssn"), STR("123")),
                        keys_blind(keys, &w.arena, 1, STR("person.licence"), STR("123"))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_after_wrong_passwords_outlives_a_restart),
        cmocka_unit_test(neither_name_nor_address_of_who_guesses_can_be_read),
        cmocka_unit_test(a_worker_cannot_sign_in_without_a_name),
        cmocka_unit_test(a_session_lives_until_it_is_ended),
        cmocka_unit_test(an_ended_session_does_not_come_back),
        cmocka_unit_test(forgotten_sessions_are_swept_and_those_of_programs_stay),
        cmocka_unit_test(a_draft_comes_back_after_a_restart_and_only_to_its_worker),
        cmocka_unit_test(a_draft_cannot_be_read_from_the_disk),
        cmocka_unit_test(a_draft_put_in_another_place_does_not_open),
        cmocka_unit_test(a_draft_ends_with_the_act_that_saves_it_and_stays_when_that_fails),
        cmocka_unit_test(a_draft_has_limits),
        cmocka_unit_test(keys_are_for_their_owner_alone),
        cmocka_unit_test(lost_keys_are_not_made_anew),
        cmocka_unit_test(what_is_sealed_opens_only_where_it_belongs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
