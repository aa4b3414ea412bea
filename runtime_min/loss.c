/* Losses: the value, and its gradient in the scores. */
#include <math.h>

/*
 * Cross entropy of softmax(scores) with the label, PyTorch's label_smoothing included: the target is
 * (1 - smoothing) at the label plus smoothing / classes everywhere. Returns the loss and writes
 * d loss / d scores to gradient, which may be scores itself. The largest score is subtracted
 * first, so that exp cannot overflow; scores that are not finite give a loss that is not finite.
 */
static float softmax_cross_entropy(const float *scores, int classes, int label, float smoothing,
                                   float *gradient)
{
    const float share = smoothing / (float)classes;
    float top = scores[0], mean = 0.0f, sum = 0.0f, chosen;

    for (int i = 1; i < classes; i++)
        if (scores[i] > top)
            top = scores[i];
    for (int i = 0; i < classes; i++)
        mean += (scores[i] - top) / (float)classes;
    chosen = scores[label] - top;
    for (int i = 0; i < classes; i++) {
        gradient[i] = expf(scores[i] - top);
        sum += gradient[i];
    }
    for (int i = 0; i < classes; i++)
        gradient[i] = gradient[i] / sum - share;
    gradient[label] -= 1.0f - smoothing;
    if (smoothing > 0.0f)
        chosen = (1.0f - smoothing) * chosen + smoothing * mean;
    return logf(sum) - chosen;
}

/*
 * Mean of (scores - target)^2 over n elements. Writes d loss / d scores to gradient, which may be
 * scores itself.
 */
static float mean_squared_error(const float *scores, const float *target, int n, float *gradient)
{
    float sum = 0.0f;

    for (int i = 0; i < n; i++) {
        const float d = scores[i] - target[i];
        sum += d * d;
        gradient[i] = 2.0f * d / (float)n;
    }
    return sum / (float)n;
}
