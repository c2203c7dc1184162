using KdCluster.Instances;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Text;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>The inputs of a model of another make for a batch, as numbers.</summary>
/// <param name="encoder">Made the instances.</param>
internal sealed class InputBatch(InputEncoder encoder)
{
    // With a mask no token is needed that means nothing.
    private readonly int _padding = encoder is Tokenizer { } tokenizer && tokenizer.Padding < tokenizer.Vocabulary ? tokenizer.Padding : 0;

    /// <summary>The form of the images; null: texts.</summary>
    public ImageInput? Image { get; } = (encoder as ImageEncoder)?.Image;

    /// <summary>One input of texts: [padRows, padTo].</summary>
    /// <param name="part">Which of them; not the pixels.</param>
    /// <param name="rows">At most <paramref name="padRows"/>.</param>
    /// <param name="padTo">The length.</param>
    /// <param name="padRows">Rows; those beyond <paramref name="rows"/> are padding.</param>
    public long[] Tokens(InputPart part, IReadOnlyList<InstanceView> rows, int padTo, int padRows)
    {
        long[] values = new long[padRows * padTo];
        if (part == InputPart.Ids)
        {
            Array.Fill(values, _padding);
        }

        for (int r = 0; r < rows.Count; r++)
        {
            int[] ids = rows[r].Ids;
            for (int t = 0; t < ids.Length; t++)
            {
                values[(r * padTo) + t] = part switch { InputPart.Ids => ids[t], InputPart.Mask => 1, _ => rows[r].Types?[t] ?? 0 };
            }
        }

        // A row of padding alone: some models divide by its length.
        for (int r = rows.Count; r < padRows && part == InputPart.Mask; r++)
        {
            values[r * padTo] = 1;
        }

        return values;
    }

    /// <summary>The images as bytes: [padRows, channels, height, width].</summary>
    public byte[] Pixels(IReadOnlyList<InstanceView> rows, int padRows)
    {
        int size = Image!.Channels * Image.Height * Image.Width;
        byte[] bytes = new byte[(long)padRows * size];
        for (int r = 0; r < rows.Count; r++)
        {
            rows[r].Tensors[0].Bytes.Span.CopyTo(bytes.AsSpan(r * size));
        }

        return bytes;
    }

    /// <summary>The images normalised as the folder says, (pixel/255 − mean)/deviation: [padRows, channels, height, width].</summary>
    public float[] Normalised(IReadOnlyList<InstanceView> rows, int padRows)
    {
        byte[] bytes = Pixels(rows, padRows);
        int plane = Image!.Height * Image.Width;
        float[] values = new float[bytes.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / plane % Image.Channels;
            values[i] = (float)(((bytes[i] / 255.0) - Image.Mean[channel]) / Image.Deviation[channel]);
        }

        return values;
    }
}
