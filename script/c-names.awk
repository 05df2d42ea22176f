# model/c_names.list -> enum c_name: "field person.birth_date" becomes C_PERSON_BIRTH_DATE, a role
# C_ROLE_SUPERVISOR. The order is that of the file, as in the linked model. And the lines themselves as
# the text C_NAMES, for models without such a file.
BEGIN {
    print "/* Generated from model/c_names.list by script/c-names.awk; do not edit. */"
    print "#ifndef HEARTH_MODEL_C_NAMES_H"
    print "#define HEARTH_MODEL_C_NAMES_H"
    print ""
    print "enum c_name {"
}
/^[ \t]*(#|$)/ { next }
{
    name = toupper($2)
    gsub(/\./, "_", name)
    if ($1 == "role" || $1 == "class" || $1 == "code_set") {
        name = toupper($1) "_" name
    }
    print "    C_" name ", /* " $1 " " $2 " */"
    lines = lines "    \"" $1 " " $2 "\\n\" \\\n"
}
END {
    print "    C__COUNT"
    print "};"
    print ""
    print "#define C_NAMES \\"
    print lines "    \"\""
    print ""
    print "#endif"
}
