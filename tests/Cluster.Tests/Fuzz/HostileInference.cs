using Google.Protobuf;
using Grpc.Core;
using KdCluster.Wire.Inference;

namespace KdCluster.Tests.Fuzz;

/// <summary>A server of the Open Inference Protocol that answers by a seed: rightly, or with whatever could go wrong in an answer.</summary>
internal sealed class HostileInference(string tokenizer) : GRPCInferenceService.GRPCInferenceServiceBase
{
    private static readonly string[] s_words = ["logits", "input_ids", "FP32", "FP64", "FP16", "INT64", "BYTES", "a", "", "[\"a\",\"b\",\"c\"]", "[null,\"a\"]", "[]", "1", "kdcluster.labels", "kdcluster.tokenizer_json", "kdcluster.fingerprint"];

    public Random Random { get; set; } = new(0);

    /// <summary>The only right number for a row's first token and a class.</summary>
    public static float Value(int token, int column) => token + (column / 16f);

    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context) => Task.FromResult(new ModelReadyResponse { Ready = Random.Next(40) > 0 });

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        ModelMetadataResponse honest = new() { Name = "theirs", Platform = "test", Versions = { "1" } };
        honest.Inputs.Add(new ModelMetadataResponse.Types.TensorMetadata { Name = "input_ids", Datatype = "INT64", Shape = { -1, -1 } });
        honest.Outputs.Add(new ModelMetadataResponse.Types.TensorMetadata { Name = "logits", Datatype = "FP32", Shape = { -1, 3 } });
        if (Random.Next(2) == 0)
        {
            honest.Properties["kdcluster.labels"] = "[\"a\",\"b\",\"c\"]";
            honest.Properties["kdcluster.tokenizer_json"] = tokenizer;
        }

        return Task.FromResult(Random.Next(4) == 0 ? Damaged(honest, ModelMetadataResponse.Parser) : honest);
    }

    public override Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        int rows = (int)request.Inputs[0].Shape[0], length = (int)request.Inputs[0].Shape[1];
        ReadOnlySpan<byte> ids = request.RawInputContents[0].Span;
        int wide = request.Inputs[0].Datatype == "INT64" ? 8 : 4;
        byte[] numbers = new byte[rows * 3 * 4];
        for (int i = 0; i < rows * 3; i++)
        {
            BitConverter.GetBytes(Value(BitConverter.ToInt32(ids[((i / 3) * length * wide)..]), i % 3)).CopyTo(numbers, i * 4);
        }

        ModelInferResponse response = new() { ModelName = request.ModelName, ModelVersion = request.ModelVersion };
        ModelInferResponse.Types.InferOutputTensor tensor = new() { Name = request.Outputs[0].Name, Datatype = "FP32", Shape = { rows, 3 } };
        response.Outputs.Add(tensor);
        response.RawOutputContents.Add(ByteString.CopyFrom(numbers));
        switch (Random.Next(20))
        {
            case 0: tensor.Shape[0] = Random.NextInt64(); break;
            case 1: tensor.Shape[1] = Random.Next(6); break;
            case 2: tensor.Shape.Add(1); break;
            case 3: tensor.Name = s_words[Random.Next(s_words.Length)]; break;
            case 4: tensor.Datatype = s_words[Random.Next(s_words.Length)]; break;
            case 5: response.RawOutputContents[0] = ByteString.CopyFrom(numbers.AsSpan(0, Random.Next(numbers.Length))); break;
            case 6: response.RawOutputContents[0] = ByteString.CopyFrom([.. numbers, .. new byte[Random.Next(1, 100)]]); break;
            case 7: response.RawOutputContents.Clear(); break;
            case 8: response.RawOutputContents.Clear(); tensor.Contents = new InferTensorContents { Fp32Contents = { Enumerable.Repeat(float.NaN, rows * 3) } }; break;
            case 9: BitConverter.GetBytes(Random.Next(2) == 0 ? float.NaN : float.NegativeInfinity).CopyTo(numbers, Random.Next(rows * 3) * 4); response.RawOutputContents[0] = ByteString.CopyFrom(numbers); break;
            case 10: response.ModelVersion = "2"; break;
            case 11: response.RawOutputContents[0] = ByteString.CopyFrom(new byte[Random.Next(5_000_000)]); break;
            case 12: throw new RpcException(new Status((StatusCode)Random.Next(1, 14), new string('x', Random.Next(2000))));
            case 13: throw new RpcException(new Status(StatusCode.Internal, "no"), new Metadata { { "kd-errors-bin", new Mutator(Random).Some(Random.Next(50)) } });
            case 14: response.Outputs.Clear(); break;
        }

        return Task.FromResult(response);
    }

    /// <summary>As any numbers and texts, or damaged as far as it can still be read.</summary>
    private T Damaged<T>(T honest, MessageParser<T> parser)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(Random.Next(2) == 0
                ? [.. honest.ToByteArray(), .. new RandomMessage(Random, s_words).Of(honest.Descriptor)]
                : new Mutator(Random).Mutate(honest.ToByteArray()));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(new Status(StatusCode.Unknown, e.Message));
        }
    }
}
