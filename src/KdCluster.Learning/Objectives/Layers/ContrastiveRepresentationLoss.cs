using KdCluster.Learning.Torch;
using KdCluster.Learning.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// −log h⁺/(h⁺ + K/n) − Σ log (K/n)/(h⁻ + K/n), h = e^(u·v/τ)/Z, for the student's embedding against the teacher's of the same training row and of K others of all n, as they were last, and the same with the sides exchanged: contrastive
/// representation distillation, Tian et al., arXiv 1910.10699, in the form of torchdistill's <c>CRDLoss</c> [V]. u and v are linear maps of the embeddings at length 1; Z is n times the mean score of the first batch. Which rows
/// are the others depends on (seed, step, place) alone; an instance is never its own.
/// </summary>
/// <param name="negatives">K.</param>
/// <param name="temperature">τ, so large that sums of e^(1/τ) are finite in float32; the recipe's check sees to it.</param>
/// <param name="momentum">What is left of a row's last vector, 0 up to but not including 1.</param>
/// <param name="width">Of u and v.</param>
internal sealed class ContrastiveRepresentationLoss(int negatives, double temperature, double momentum, int width) : ILayerLoss
{
    private const double Least = 1e-7;

    public int Remembers => 2 * width;

    public long Gathers => (negatives + 1L) * width;

    public Module Adapter(AdapterSetup setup) => new ContrastBank(setup.Layers[0].Student.Dimensions[0], setup.Layers[0].Teacher.Dimensions[0], width, setup.Rows);

    public Tensor Evaluate(LayerInput input)
    {
        var bank = (ContrastBank)input.Adapter!;
        int[] rows = [.. input.Rows ?? throw new ArgumentException("the loss must know the training rows", nameof(input))];
        (Tensor student, Tensor teacher) = bank.Embed(input.Student[0], input.Teacher[0]);
        Tensor places = tensor(Places(rows, input), [rows.Length * (negatives + 1L)], device: student.device);
        Tensor own = tensor(Array.ConvertAll(rows, r => (long)r), [rows.Length], device: student.device);
        Tensor loss = Contrast(student, bank.Teachers, places, bank.Sizes.narrow(0, 0, 1)).Plus(Contrast(teacher, bank.Students, places, bank.Sizes.narrow(0, 1, 1)));
        ContrastBank.Remember(bank.Students, own, student, momentum);
        ContrastBank.Remember(bank.Teachers, own, teacher, momentum);
        return loss;
    }

    // An instance's own row, and the others.
    private long[] Places(int[] rows, LayerInput input)
    {
        int all = (int)((ContrastBank)input.Adapter!).Students.shape[0];
        var places = new long[rows.Length * (negatives + 1L)];
        for (int i = 0; i < rows.Length; i++)
        {
            long first = i * (negatives + 1L);
            places[first] = rows[i];
            for (int k = 0; k < negatives; k++)
            {
                int other = CounterRandom.Below(all - 1, input.Seed, RandomStream.Negatives, input.At.Step, ((long)i * negatives) + k);
                places[first + 1 + k] = other < rows[i] ? other : other + 1;
            }
        }

        return places;
    }

    private Tensor Contrast(Tensor embedded, Tensor memory, Tensor places, Tensor size)
    {
        long batch = embedded.shape[0], rows = memory.shape[0];
        Tensor scores = bmm(memory.index_select(0, places).reshape(batch, negatives + 1, width), embedded.unsqueeze(-1)).squeeze(-1).Over(temperature).exp();   // [batch, 1 + K]
        using (no_grad())
            size.copy_(where(size.IsNot(0), size, scores.mean().Times(rows)));
        Tensor shares = scores.div(size.clone());
        double noise = (double)negatives / rows;
        Tensor denominator = shares.Plus(noise + Least).log();
        return denominator.sum(dim: -1).sub(shares.select(-1, 0).log()).Plus(-negatives * Math.Log(noise));
    }
}
