/* cmd/predict.h - what exponential averaging predicts for a workload's CPU bursts. */
#ifndef CMD_PREDICT_H
#define CMD_PREDICT_H

#include <cmd/options.h>
#include <formats/workload.h>

/* For each task with bursts of constant length: the prediction before each burst, and the
 * one after the last. alpha and tau0 are those of the workload's policy, or their usual
 * 0.5 and 10 units. Text, and JSON as --json says. Returns the exit status, or -1 when
 * no task has such bursts. */
int predict_bursts(const struct options *o, const struct config *config);

#endif
