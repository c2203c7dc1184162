using System.Text.Json;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace KdCluster.Learning.Loops.Bilevel;

/// <summary>The data that teach: instances x̃, labels ỹ and step sizes η = log(1 + exp(ρ)), of which ρ is what is learned, so that a size stays above 0.</summary>
internal sealed class MadeData : IDisposable
{
    /// <summary>The folder in a training's folder, and what it holds.</summary>
    public const string Folder = "distilled", Arrays = "data.safetensors", Description = "data.json";

    private const string Prefix = "made.";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n" };

    private readonly TrainingJob _job;
    private readonly LoopSpec _loop;
    private readonly Device _device;
    private Parameter? _items, _labels, _raw;

    public MadeData(TrainingJob job, Device device) => (_job, _loop, _device) = (job, job.Loop!, device);

    /// <summary>x̃: of images [items, channels, height, width], normalised; of texts [items, length, width], in the space of the embeddings.</summary>
    public Tensor Items => _items!;

    /// <summary>ỹ: [items, classes].</summary>
    public Tensor Labels => _labels!;

    /// <summary>η: [steps].</summary>
    public Tensor Rates => _raw!.exp().log1p();

    /// <summary>Makes them as they begin.</summary>
    /// <param name="model">The student, with the weights that it begins with.</param>
    /// <returns>Those that are learned.</returns>
    /// <exception cref="KdException"><c>KD1229</c>: the model is no function of its weights; what <see cref="MadeFaults"/> finds.</exception>
    public IEnumerable<(string Name, Parameter Weight)> Begin(Model model)
    {
        if (model is not IFunctionalModel function)
            throw new KdException("KD1229", $"the loop {LoopSpec.Bilevel} needs a model that is a function of its weights, and a {model.Spec.Kind} is not written as one.", "student.kind", "Choose mlp, cnn, bag-of-embeddings or text-cnn.");
        int classes = _job.Labels.Count, items = _loop.Items ?? 10;
        if (MadeFaults.Of(_loop, _job.Labels.Names, ClassRows.Of(_job.Train.Labels, classes)) is { Count: > 0 } faults)
            throw new KdException(faults);
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            _items = Learned((_loop.Begin == "real" ? Real(model, function, items) : Noise(model, items)).to(_device));
            var labels = new float[items * classes];
            for (int m = 0; m < items; m++)
                labels[(m * classes) + (m % classes)] = 1;
            _labels = Learned(tensor(labels, [items, classes], device: _device));
            // ρ = log(exp(η) − 1).
            _raw = Learned(tensor(Enumerable.Repeat((float)Math.Log(Math.Exp(_loop.InnerRate ?? 0.02) - 1), _loop.InnerSteps ?? 1).ToArray(), device: _device));
        }

        return new[] { ("items", _items), ("labels", _labels), ("rates", _raw) }.Where(p => _loop.Learn?.Contains(p.Item1) != false);
    }

    /// <summary>All of them for a checkpoint.</summary>
    public IEnumerable<SafeTensor> Save() => [LoopState.Array(Prefix + "items", _items!), LoopState.Array(Prefix + "labels", _labels!), LoopState.Array(Prefix + "rates", _raw!)];

    /// <summary>Goes back to those of a checkpoint.</summary>
    public void Load(IReadOnlyDictionary<string, byte[]> arrays)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, into) in new[] { ("items", _items!), ("labels", _labels!), ("rates", _raw!) })
            into.copy_(LoopState.Read(arrays, Prefix + name, into.shape));
    }

    /// <summary>Writes them for whoever teaches a student by them: the arrays <c>items</c>, <c>labels</c> and <c>rates</c>, the first weights <c>start.*</c>, and what they are.</summary>
    /// <param name="folder">The training's.</param>
    /// <param name="start">θ_0, and of texts the embedding of the tokens.</param>
    public void Write(string folder, IEnumerable<(string Name, Tensor Weight)> start)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        SafeTensor[] arrays = [LoopState.Array("items", _items!), LoopState.Array("labels", _labels!), LoopState.Array("rates", Rates), .. start.Select(s => LoopState.Array($"start.{s.Name}", s.Weight))];
        var image = _job.Encoder.ShapeOf(_job.Model, _job.Labels.Count).Image;
        var description = new
        {
            Items = Items.shape[0],
            Steps = _raw!.shape[0],
            Model = _job.Model.Kind,
            Classes = _job.Labels.Names,
            Space = image is null ? "embeddings of tokens" : "pixels, (x/255 - mean)/std",
            image?.Mean,
            Std = image?.Deviation,
            Start = _loop.Start ?? "fixed",
            _job.Seed,
            _job.Info.RecipeHash,
        };
        AtomicFolder.Write(Path.Combine(folder, Folder), [(Arrays, s => SafeTensorsWriter.Write(s, arrays)), (Description, s => s.Write(JsonSerializer.SerializeToUtf8Bytes(description, Json)))]);
    }

    public void Dispose()
    {
        _items?.Dispose();
        _labels?.Dispose();
        _raw?.Dispose();
    }

    private static Parameter Learned(Tensor value) => (Parameter)new Parameter(value.contiguous().clone()).DetachFromDisposeScope();

    // Normal, of texts with the deviation that embeddings have; by Box and Muller, so that the draws are this library's own.
    private Tensor Noise(Model model, int items)
    {
        long[] shape = model is TextModel ? [items, _loop.Length ?? 16, model.Spec.Embedding] : [items, model.Shape.Image!.Channels, model.Shape.Image.Height, model.Shape.Image.Width];
        double deviation = model is TextModel text ? text.States(tensor(Enumerable.Range(0, model.Shape.Vocabulary).Where(t => t != model.Shape.Padding).Select(t => (long)t).ToArray(), device: _device)).std().item<float>() : 1;
        var numbers = new float[shape.Aggregate(1L, (product, n) => product * n)];
        for (int i = 0; i < numbers.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - CounterRandom.Unit(_job.Seed, RandomStream.Made, -1, 2L * i))), angle = 2 * Math.PI * CounterRandom.Unit(_job.Seed, RandomStream.Made, -1, (2L * i) + 1);
            numbers[i] = (float)(deviation * radius * Math.Cos(angle));
        }

        return tensor(numbers, shape);
    }

    private Tensor Real(Model model, IFunctionalModel function, int items)
    {
        int classes = _job.Labels.Count;
        int[][] rows = [.. Enumerable.Range(0, classes).Select(c => Enumerable.Range(0, _job.Train.Count).Where(i => _job.Train.Labels[i] == c).Take((items + classes - 1) / classes).ToArray())];
        var states = function.States(model.Collate([.. Enumerable.Range(0, items).Select(m => _job.Train.Views[rows[m % classes][m / classes]])], _device));
        if (model is not TextModel)
            return states;
        // Texts are cut, or filled up with what padding is: nothing.
        long length = _loop.Length ?? 16, there = Math.Min(length, states.shape[1]);
        return cat([states.narrow(1, 0, there), zeros([items, length - there, states.shape[2]], device: _device)], 1);
    }
}
