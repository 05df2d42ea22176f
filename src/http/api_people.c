/* Finding people by the API: a search is a POST, and what it answers with names it by an opaque
 * token, so that no name ever stands in an address or a log. */
#include "http/api_input.h"
#include "http/api_record.h"
#include "http/connection.h"

#include <sodium.h>
#include <string.h>

#define HITS_MOST 50
#define QUERY_MOST 300u
#define TOKEN_VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* A search as it is sealed into its token: the worker, the birth date, then the words. */
struct search {
    struct uuid worker;
    int32_t birth_day;
    uint8_t has_birth;
    struct str words;
};
#define SEARCH_FIXED (16 + 4 + 1)

static struct str seal(struct request *request, const struct search *search)
{
    size_t size = SEARCH_FIXED + search->words.n;
    size_t sealed_size = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + size;
    unsigned char *plain = arena_alloc(&request->arena, size);
    unsigned char *sealed = arena_alloc(&request->arena, sealed_size);
    size_t room = sodium_base64_encoded_len(sealed_size, TOKEN_VARIANT);
    char *token = arena_alloc(&request->arena, room);
    memcpy(plain, search->worker.bytes, 16);
    memcpy(plain + 16, &search->birth_day, 4);
    plain[20] = search->has_birth;
    memcpy(plain + SEARCH_FIXED, search->words.p, search->words.n);
    randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, plain, size, sealed,
                          request->server->search_key);
    sodium_bin2base64(token, room, sealed, sealed_size, TOKEN_VARIANT);
    return str_from(token);
}

static bool unseal(struct request *request, struct str token, struct search *ret_search)
{
    unsigned char *sealed = arena_alloc(&request->arena, token.n + 1);
    size_t size;
    if (token.n > 2 * QUERY_MOST + 200 ||
        sodium_base642bin(sealed, token.n + 1, token.p, token.n, NULL, &size, NULL,
                          TOKEN_VARIANT) != 0 ||
        size < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + SEARCH_FIXED) {
        return false;
    }
    size_t plain_size = size - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES;
    unsigned char *plain = arena_alloc(&request->arena, plain_size);
    if (crypto_secretbox_open_easy(plain, sealed + crypto_secretbox_NONCEBYTES,
                                   size - crypto_secretbox_NONCEBYTES, sealed,
                                   request->server->search_key) != 0) {
        return false;
    }
    memcpy(ret_search->worker.bytes, plain, 16);
    memcpy(&ret_search->birth_day, plain + 16, 4);
    ret_search->has_birth = plain[20];
    ret_search->words = (struct str){(const char *)plain + SEARCH_FIXED, plain_size - SEARCH_FIXED};
    return uuid_eq(ret_search->worker, request->session.worker);
}

static void write_hit(struct json_out *json, struct work_set *set,
                      const struct store_person_hit *hit)
{
    json_out_object(json);
    json_out_member(json, STR("why"), hit->why);
    if (hit->person) {
        json_out_key(json, STR("person"));
        api_record_write(json, set, hit->person, NULL);
    } else {
        json_out_member(json, STR("ask"), hit->ask);
    }
    json_out_object_end(json);
}

static enum handled answer(struct request *request, const struct search *search, struct str token)
{
    struct store_person_hit *hits = NULL;
    size_t count = 0;
    struct json_out json;
    enum status status = store_find_people(request->reader, &request->set, search->words,
                                           (struct date){search->birth_day}, search->has_birth != 0,
                                           HITS_MOST, &request->outcome, &hits, &count);
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    request->response.type = STR("application/json");
    json_out_init(&json, &request->response.body);
    json_out_object(&json);
    json_out_member(&json, STR("search"), token);
    if (store_find_waits(&request->set, search->words)) {
        json_out_member(&json, STR("confirm"), STR("/api/v1/confirm"));
    }
    json_out_key(&json, STR("items"));
    json_out_array(&json);
    for (size_t i = 0; i < count; i++) {
        write_hit(&json, &request->set, &hits[i]);
    }
    json_out_array_end(&json);
    json_out_object_end(&json);
    return HANDLED;
}

static enum handled refuse(struct request *request, enum status status, struct str where,
                           struct str message)
{
    outcome_problem(&request->outcome, status, where, STR("search"), message);
    return api_problem(request, status);
}

/* {"words": "Owen Sorrell", "birth_date": "2019-03-02"} */
enum handled api_people_search(struct request *request)
{
    struct input input;
    struct search search = {.worker = request->session.worker};
    struct date birth;
    enum status status = api_input(&request->arena, request->body, &input, &request->outcome);
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    for (size_t i = 0; i < input.count; i++) {
        const struct input_pair *pair = &input.pairs[i];
        if (str_eq(pair->name, STR("words"))) {
            search.words = pair->value;
        } else if (!str_eq(pair->name, STR("birth_date"))) {
            return refuse(request, STATUS_INVALID, pair->name,
                          STR("A search takes words and birth_date."));
        } else if (pair->value.n > 0) {
            if (!date_parse(pair->value, &birth)) {
                return refuse(request, STATUS_INVALID, pair->name,
                              STR("Give the birth date as 2019-03-02."));
            }
            search.has_birth = 1;
            search.birth_day = birth.day;
        }
    }
    if (search.words.n > QUERY_MOST) {
        return refuse(request, STATUS_INVALID, STR("words"), STR("Search for at most 300 bytes."));
    }
    struct str token = seal(request, &search);
    enum handled handled = answer(request, &search, token);
    if (request->response.status == 200) {
        request->response.status = 201;
        request->response.location =
            STR_JOIN(&request->arena, STR("/api/v1/people/search/"), token);
    }
    return handled;
}

enum handled api_people_found(struct request *request)
{
    struct search search;
    if (!unseal(request, request->parameters[0], &search)) {
        return refuse(request, STATUS_NOT_FOUND, STR(""),
                      STR("There is no such search of yours. Search again."));
    }
    return answer(request, &search, request->parameters[0]);
}
