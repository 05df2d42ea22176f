/* Importing a folder of CSV files by a mapping file, with rejects beside: for the import command
 * and for the reference data of a new installation. */
#ifndef HEARTH_MAIN_IMPORT_FOLDER_H
#define HEARTH_MAIN_IMPORT_FOLDER_H

#include "main/command.h"

/* Progress goes to standard error. Problems are in opened->outcome. */
NODISCARD enum status import_folder(struct opened *opened, struct str mapping_file,
                                    struct str directory, struct str rejects, struct uuid agency);

/* The agencies and tribal nations that every installation begins with; again changes nothing.
 * model: the folder of the practice model. */
NODISCARD enum status import_reference_data(struct opened *opened, struct str model,
                                            struct str data);

#endif
