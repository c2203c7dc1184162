namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>Mean and standard deviation of pixel/255 over images, channel by channel. The sums are whole numbers, so that the result depends on nothing but the images.</summary>
internal static class PixelStatistics
{
    private const int Digits = 6;

    /// <summary>Both rounded to six digits; a channel that is the same everywhere has the deviation 1.</summary>
    public static (double[] Mean, double[] Deviation) Of(ImageSplit split, ImageSize size)
    {
        var mean = new double[size.Channels];
        var deviation = new double[size.Channels];
        int plane = size.Height * size.Width;
        for (int c = 0; c < size.Channels; c++)
        {
            long[] counts = new long[256];
            foreach (ImageRow row in split.Rows)
            {
                foreach (byte pixel in row.Pixels.Span.Slice(c * plane, plane))
                    counts[pixel]++;
            }

            double n = (double)plane * split.Count;
            double sum = counts.Select((count, value) => (double)count * value).Sum(), squares = counts.Select((count, value) => (double)count * value * value).Sum();
            double exact = sum / n, variance = (squares / n) - (exact * exact);
            mean[c] = Math.Round(exact / 255, Digits);
            deviation[c] = Math.Round(Math.Sqrt(Math.Max(variance, 0)) / 255, Digits) is > 0 and var spread ? spread : 1;
        }

        return (mean, deviation);
    }
}
