namespace KdCluster.Recipes;

/// <summary>A teacher, named: deployed in this cluster, at another process's address, a model of someone else's inference server, or one that the run trains.</summary>
public sealed record TeacherRef
{
    /// <summary>The name it was deployed under; of one that the run trains, its name in the run.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// <c>http://host:port</c> of the silo that serves it, or <c>oip://host:port</c> (<c>oips</c> with TLS) of a server of the Open Inference Protocol;
    /// null when it is deployed in this cluster.
    /// </summary>
    public string? Endpoint { get; init; }

    /// <summary>Several of them, when the same model is served by several silos that are no cluster: requests are shared out, and a silo that is gone is done without. Null otherwise.</summary>
    public IReadOnlyList<string>? Endpoints { get; init; }

    /// <summary>What the inference server calls the model; null: <see cref="Name"/>.</summary>
    public string? Model { get; init; }

    /// <summary>Which version of it; null: the one that the server has.</summary>
    public string? Version { get; init; }

    /// <summary>What changes whenever the model's weights do, such as their SHA-256; null: address, model and version are taken for it.</summary>
    public string? Digest { get; init; }

    /// <summary>Label names in the order of the model's outputs; null: the server says them.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The file of its tokenizer, a <c>tokenizer.json</c> or <c>vocab.txt</c>; null: the server says it.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Instances in one request at most; null: 32.</summary>
    public int? Batch { get; init; }

    /// <summary>How the run makes it; null: somebody has deployed it.</summary>
    public TeacherTraining? Train { get; init; }

    /// <summary>Whether a teacher that the run made stays deployed when the run has ended; null: it does not.</summary>
    public bool? Keep { get; init; }

    /// <summary>With <see cref="Train"/>: what the teacher is computed in, of <see cref="Teachers.PrecisionNames"/>; null: <c>f32</c>.</summary>
    public string? Precision { get; init; }

    /// <summary>Whether an inference server, not a silo, serves it.</summary>
    public static bool IsInference(string? endpoint) => endpoint?.StartsWith("oip", StringComparison.Ordinal) == true;
}
