using KdCluster.Learning.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>What contrastive representation distillation keeps for one teacher: a linear map for each side, what the maps gave of each training row last, and how large a score is, from the first batch.</summary>
internal sealed class ContrastBank : Module
{
    private readonly Linear _student;
    private readonly Linear _teacher;

    public ContrastBank(int student, int teacher, int width, int rows)
        : base(nameof(ContrastBank))
    {
        register_module("student", _student = Linear(student, width));
        register_module("teacher", _teacher = Linear(teacher, width));
        double reach = Math.Sqrt(3.0 / width);
        register_buffer("students", rand(rows, width).TimesInPlace(2 * reach).PlusInPlace(-reach));
        register_buffer("teachers", rand(rows, width).TimesInPlace(2 * reach).PlusInPlace(-reach));
        register_buffer("sizes", zeros(2));
    }

    /// <summary>Vectors of length 1 that the last ones of training rows are, or random ones: [rows, width].</summary>
    public Tensor Students => get_buffer("students")!;

    /// <summary>The same of the teacher.</summary>
    public Tensor Teachers => get_buffer("teachers")!;

    /// <summary>Z of the student's scores and of the teacher's; 0 before the first batch: [2].</summary>
    public Tensor Sizes => get_buffer("sizes")!;

    /// <summary>Both sides at length 1: [batch, width].</summary>
    public (Tensor Student, Tensor Teacher) Embed(Tensor student, Tensor teacher) => (LayerMath.Unit(_student.call(student)), LayerMath.Unit(_teacher.call(teacher)));

    /// <summary>Takes a batch up: the old vector by the momentum, the new one by the rest, at length 1.</summary>
    public static void Remember(Tensor memory, Tensor rows, Tensor embedded, double momentum)
    {
        using var off = no_grad();
        memory.index_copy_(0, rows, LayerMath.Unit(memory.index_select(0, rows).Times(momentum).PlusInPlace(embedded, 1 - momentum)));
    }
}
