/* SPDX-License-Identifier: MIT */
/* learn/detection: what an autoencoder's errors tell of normal samples and others. */
#ifndef DETECTION_H
#define DETECTION_H

#include "base/base.h"

/* The chance that a sample that is not normal has a larger error than one that is, equal ones counting half: the area
 * under the receiver operating characteristic (Hanley and McNeil, Radiology 1982).  NAN if there are none of either. */
double area_under_curve(struct arena *mem, const double *error, const int *label, int count, int normal);

/* The smallest error of a normal sample that at most a share `rate` of the normal ones exceeds: what exceeds it is an alarm. */
double alarm_threshold(struct arena *mem, const double *error, const int *label, int count, int normal, double rate);

/* The share of samples of a label that give an alarm. */
double alarm_share(const double *error, const int *label, int count, int of, double threshold);

#endif
