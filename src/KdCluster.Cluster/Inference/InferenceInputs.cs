using KdCluster.Instances;
using KdCluster.Learning.Text;
using KdCluster.Teachers;
using KdCluster.Wire.Inference;

namespace KdCluster.Cluster.Inference;

/// <summary>Makes a teacher's instances of a request's tensors.</summary>
internal static class InferenceInputs
{
    /// <summary>Instances in one request at most; larger ones are refused before anything is read of them.</summary>
    public const int MaxRows = Teachers.TeacherHost.MaxRequestRows;

    private const string Remedy = "See the model's metadata.";

    /// <param name="request">As sent.</param>
    /// <param name="tokenizer">Called when the request holds texts, or ids that may end with padding.</param>
    /// <returns>The instances, unpadded.</returns>
    /// <exception cref="KdException"><c>KD1341</c>: tensors that do not fit, all at once; <c>KD1309</c>: too many rows.</exception>
    public static async Task<InstanceView[]> ReadAsync(ModelInferRequest request, Func<Task<Tokenizer>> tokenizer)
    {
        InferenceMistakes mistakes = new(request.ModelName);
        Dictionary<string, InputTensor> tensors = Tensors(request, mistakes);
        mistakes.ThrowIfAny();
        InstanceView[] rows = tensors.TryGetValue(InferenceNames.InputIds, out InputTensor? ids)
            ? await IdsAsync(ids, tensors, tokenizer, mistakes)
            : await TextsAsync(tensors, tokenizer, mistakes);
        mistakes.ThrowIfAny();
        return rows;
    }

    private static Dictionary<string, InputTensor> Tensors(ModelInferRequest request, InferenceMistakes mistakes)
    {
        Dictionary<string, InputTensor> tensors = new(StringComparer.Ordinal);
        bool raw = request.RawInputContents.Count > 0;
        if (raw && request.RawInputContents.Count != request.Inputs.Count)
        {
            mistakes.Add("inputs", $"{request.Inputs.Count} inputs, but {request.RawInputContents.Count} raw contents.", "Send one of these for each input, in their order.");
            return tensors;
        }

        for (int i = 0; i < request.Inputs.Count; i++)
        {
            ModelInferRequest.Types.InferInputTensor sent = request.Inputs[i];
            InputTensor? tensor = InputTensor.Read(sent, raw ? request.RawInputContents[i].Memory : (ReadOnlyMemory<byte>?)null, out string? fault);
            if (fault is not null)
            {
                mistakes.Add(sent.Name, $"{fault}.", Remedy);
            }
            else if (!tensors.TryAdd(sent.Name, tensor!))
            {
                mistakes.Add(sent.Name, "it is sent twice.", "Send it once.");
            }
        }

        CheckNames(tensors, mistakes);
        CheckShapes(tensors, mistakes);
        return tensors;
    }

    private static void CheckNames(Dictionary<string, InputTensor> tensors, InferenceMistakes mistakes)
    {
        bool ids = tensors.ContainsKey(InferenceNames.InputIds), text = tensors.ContainsKey(InferenceNames.Text);
        if (ids == text && !mistakes.Any)
        {
            mistakes.Add("inputs", ids ? "both input_ids and text are sent." : "neither input_ids nor text is sent.", "Send one of them.");
        }

        string[] known = ids
            ? [InferenceNames.InputIds, InferenceNames.AttentionMask, InferenceNames.TokenTypeIds, InferenceNames.Lengths]
            : [InferenceNames.Text, InferenceNames.TextPair];
        foreach (InputTensor tensor in tensors.Values.Where(t => !known.Contains(t.Name)))
        {
            mistakes.Add(tensor.Name, $"the model has no such input beside {(ids ? "input_ids" : "text")}.", $"Its inputs are {string.Join(", ", known)}.");
        }

        foreach (InputTensor tensor in tensors.Values)
        {
            bool bytes = tensor.Name is InferenceNames.Text or InferenceNames.TextPair;
            if (known.Contains(tensor.Name) && bytes != (tensor.Datatype == "BYTES"))
            {
                mistakes.Add(tensor.Name, $"the datatype is {tensor.Datatype}.", bytes ? "Send BYTES: UTF-8." : "Send INT64 or INT32.");
            }
        }
    }

    private static void CheckShapes(Dictionary<string, InputTensor> tensors, InferenceMistakes mistakes)
    {
        if (mistakes.Any)
        {
            return;
        }

        InputTensor first = tensors.GetValueOrDefault(InferenceNames.InputIds) ?? tensors[InferenceNames.Text];
        long batch = first.Shape[0];
        if (batch > MaxRows)
        {
            throw new KdException("KD1309", $"{batch} instances in one request; the limit is {MaxRows}.", $"tensor {first.Name}", "Ask in parts.");
        }

        foreach (InputTensor tensor in tensors.Values)
        {
            bool matrix = tensor.Name is InferenceNames.InputIds or InferenceNames.AttentionMask or InferenceNames.TokenTypeIds;
            bool fits = tensor.Shape[0] == batch && (matrix ? tensor.Shape.Length == 2 && tensor.Shape[1] == first.Shape[1] : tensor.Shape is [_] or [_, 1]);
            if (!fits)
            {
                string form = !matrix ? $"[{batch}] or [{batch},1]" : tensor == first ? "[batch,length]" : $"[{string.Join(',', first.Shape)}]";
                mistakes.Add(tensor.Name, $"its shape is [{string.Join(',', tensor.Shape)}].", $"Send {form}.");
            }
        }
    }

    private static async Task<InstanceView[]> IdsAsync(InputTensor ids, Dictionary<string, InputTensor> tensors, Func<Task<Tokenizer>> tokenizer, InferenceMistakes mistakes)
    {
        int[]? Of(string name) => tensors.TryGetValue(name, out InputTensor? tensor) ? Integers(tensor, mistakes) : null;
        int[]? all = Integers(ids, mistakes), mask = Of(InferenceNames.AttentionMask), types = Of(InferenceNames.TokenTypeIds), lengths = Of(InferenceNames.Lengths);
        if (mistakes.Any)
        {
            return [];
        }

        // Neither mask nor lengths: padding at the end is no part of a row, and no tokenizer ends a text with it.
        int? padding = mask is null && lengths is null ? (await tokenizer()).Padding : null;
        return Views((int)ids.Shape[0], (int)ids.Shape[1], all!, mask, types, lengths, padding, mistakes);
    }

    private static InstanceView[] Views(int batch, int length, int[] ids, int[]? mask, int[]? types, int[]? lengths, int? padding, InferenceMistakes mistakes)
    {
        InstanceView[] rows = new InstanceView[batch];
        for (int i = 0; i < rows.Length && !mistakes.Any; i++)
        {
            if (lengths is not null && (lengths[i] < 1 || lengths[i] > length))
            {
                mistakes.Add(InferenceNames.Lengths, $"row {i} has length {lengths[i]}.", $"Send 1 to {length}.");
                break;
            }

            ReadOnlySpan<int> row = ids.AsSpan(i * length, lengths?[i] ?? length);
            row = padding is { } pad ? row.TrimEnd(pad) : row;
            int[] places = [.. Enumerable.Range(i * length, row.Length).Where(at => mask is null || mask[at] != 0)];
            if (places.Length == 0)
            {
                mistakes.Add(InferenceNames.InputIds, $"row {i} holds no token but padding.", "Leave it out.");
            }
            else if (types is not null && places.Any(at => types[at] < 0))
            {
                mistakes.Add(InferenceNames.TokenTypeIds, $"row {i} has a token type below 0.", "Send 0 for the first text and 1 for the second.");
            }
            else
            {
                int[] kept = Array.ConvertAll(places, at => ids[at]);
                rows[i] = types is null ? new InstanceView(kept) : new InstanceView(kept, Array.ConvertAll(places, at => types[at]));
            }
        }

        return rows;
    }

    private static int[]? Integers(InputTensor tensor, InferenceMistakes mistakes)
    {
        try
        {
            return tensor.Integers();
        }
        catch (OverflowException)
        {
            mistakes.Add(tensor.Name, "a number needs more than 32 bits.", "Send token ids below the vocabulary.");
            return null;
        }
    }

    private static async Task<InstanceView[]> TextsAsync(Dictionary<string, InputTensor> tensors, Func<Task<Tokenizer>> tokenizer, InferenceMistakes mistakes)
    {
        string[]? texts = Texts(tensors[InferenceNames.Text], mistakes);
        string[]? pairs = tensors.TryGetValue(InferenceNames.TextPair, out InputTensor? pair) ? Texts(pair, mistakes) : null;
        mistakes.ThrowIfAny();
        Tokenizer encoder = await tokenizer();
        return [.. texts!.Select((text, i) => encoder.Encode(text, pairs?[i]))];
    }

    private static string[]? Texts(InputTensor tensor, InferenceMistakes mistakes)
    {
        try
        {
            return tensor.Texts();
        }
        catch (ArgumentException)
        {
            mistakes.Add(tensor.Name, "an element is not UTF-8.", "Send texts as UTF-8.");
            return null;
        }
    }
}
