using KdCluster.Instances;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;

namespace KdCluster.Cluster.Teachers.Probes;

/// <summary>Instances that a teacher's replicas are compared on: a function of the encoder alone, the same on every silo.</summary>
internal static class ProbeInputs
{
    private const int MaxTokens = 32;

    /// <summary>Texts of 1 to 32 tokens drawn from the vocabulary, all but padding and added tokens, of which a model may have no embedding; images of pixels drawn evenly.</summary>
    /// <param name="encoder">Of the teacher.</param>
    /// <param name="count">Number of instances.</param>
    public static InstanceView[] Of(InputEncoder encoder, int count) =>
        [.. Enumerable.Range(0, count).Select(i => encoder is Tokenizer tokenizer ? Text(tokenizer, i, count) : Image(((ImageEncoder)encoder).Image.Layout, i))];

    private static InstanceView Text(Tokenizer tokenizer, int row, int rows)
    {
        int longest = Math.Min(tokenizer.MaxLength, MaxTokens), length = 1 + (row * (longest - 1) / Math.Max(1, rows - 1));
        int vocabulary = tokenizer.BaseVocabulary > 1 ? tokenizer.BaseVocabulary : tokenizer.Vocabulary;
        int words = vocabulary - (tokenizer.Padding < vocabulary ? 1 : 0);
        return new InstanceView([.. Enumerable.Range(0, length).Select(t => CounterRandom.Below(words, 0, RandomStream.Probe, row, t)).Select(id => id >= tokenizer.Padding ? id + 1 : id)]);
    }

    private static InstanceView Image(TensorLayout layout, int row) =>
        new(new NamedTensor(layout, (byte[])[.. Enumerable.Range(0, (int)layout.Bytes!.Value).Select(i => (byte)CounterRandom.Below(256, 0, RandomStream.Probe, row, i))]));
}
