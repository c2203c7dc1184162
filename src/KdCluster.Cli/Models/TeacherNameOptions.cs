using KdCluster.Cli.CommandLine;

namespace KdCluster.Cli.Models;

/// <summary>The options that say which of a model's inputs and outputs is which.</summary>
internal static class TeacherNameOptions
{
    public static readonly Option Input = new("input", "NAME=ITS-NAME", "Of a model as ONNX or TorchScript: which of its inputs is input_ids, attention_mask, token_type_ids or pixels") { Repeats = true };

    public static readonly Option Output = new("output", "NAME=ITS-NAME", "Of a model as ONNX or TorchScript: which of its outputs is logits, score, embedding, hidden.N, attention.N or map.N") { Repeats = true };

    /// <summary>Reads them, from our names to the model's.</summary>
    /// <exception cref="KdException"><c>KD1703</c>: what maps nothing, or a name twice; all of them.</exception>
    public static void Read(Invocation invocation, IDictionary<string, string> inputs, IDictionary<string, string> outputs)
    {
        List<KdError> errors = [];
        foreach ((Option option, IDictionary<string, string> names) in ((Option, IDictionary<string, string>)[])[(Input, inputs), (Output, outputs)])
        {
            foreach (string given in invocation.Values(option))
            {
                if (given.Split('=', 2) is not [{ Length: > 0 } ours, { Length: > 0 } theirs])
                    errors.Add(new KdError("KD1703", $"'{given}' maps nothing.", option.Name, $"Write {option.Usage}."));
                else if (!names.TryAdd(ours, theirs))
                    errors.Add(new KdError("KD1703", $"{ours} is mapped twice, to {names[ours]} and to {theirs}.", option.Name, "Map it once."));
            }
        }

        if (errors.Count > 0)
            throw new KdException(errors);
    }
}
