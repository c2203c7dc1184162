using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp.Interop;

/// <summary>The C interface of native/kdtorch.cpp. Functions that return int return 0, or 1 with a message in <see cref="kd_last_error"/>.</summary>
internal static unsafe class Kd
{
    private const string Library = "kdtorch";

    [DllImport(Library)] public static extern byte* kd_last_error();
    [DllImport(Library)] public static extern byte* kd_version();
    [DllImport(Library)] public static extern void* kd_find(byte* name, byte* overload);
    [DllImport(Library)] public static extern int kd_call(void* op, Value* arguments, int given, Value* results, int* count);
    [DllImport(Library)] public static extern void kd_free_list(void* list);

    [DllImport(Library)] public static extern void kd_free(nint tensor);
    [DllImport(Library)] public static extern nint kd_alias(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int kd_dim(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int kd_dtype(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern long kd_numel(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int kd_itemsize(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern long kd_device(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern void kd_sizes(nint tensor, long* sizes);
    [DllImport(Library)] public static extern int kd_strides(nint tensor, long* strides);
    [DllImport(Library)] public static extern int kd_requires_grad(nint tensor);
    [DllImport(Library)] public static extern int kd_is_leaf(nint tensor);
    [DllImport(Library)] public static extern int kd_is_sparse(nint tensor);
    [DllImport(Library)] public static extern int kd_is_contiguous(nint tensor);
    [DllImport(Library)] public static extern void* kd_data(nint tensor);
    [DllImport(Library)] public static extern int kd_set_requires_grad(nint tensor, int on);
    [DllImport(Library)] public static extern int kd_retain_grad(nint tensor);
    [DllImport(Library)] public static extern int kd_grad(nint tensor, nint* gradient);
    [DllImport(Library)] public static extern int kd_set_grad(nint tensor, nint gradient);
    [DllImport(Library)] public static extern int kd_set_data(nint tensor, nint data);
    [DllImport(Library)] public static extern int kd_from_host(void* data, long* sizes, int dims, int dtype, long device, nint* result);
    [DllImport(Library)] public static extern int kd_to_host(nint tensor, void* destination, long bytes);
    [DllImport(Library)] public static extern int kd_from_host_into(nint tensor, void* source, long bytes);

    [DllImport(Library)] public static extern int kd_index(nint tensor, Index* indices, int n, nint* result);
    [DllImport(Library)] public static extern int kd_index_put(nint tensor, Index* indices, int n, nint value);

    [DllImport(Library)] public static extern int kd_backward(nint* tensors, int n, nint* gradients, int ng, int retain, int create, nint* inputs, int ni);
    [DllImport(Library)] public static extern int kd_autograd_grad(nint* outputs, int no, nint* inputs, int ni, nint* gradients, int ng, int retain, int create, int allowUnused, nint* results);
    [DllImport(Library), SuppressGCTransition] public static extern int kd_grad_enabled();
    [DllImport(Library), SuppressGCTransition] public static extern void kd_set_grad_enabled(int on);
    [DllImport(Library)] public static extern int kd_inference_mode_enabled();
    [DllImport(Library)] public static extern void* kd_inference_mode(int on);
    [DllImport(Library)] public static extern void kd_inference_mode_end(void* guard);

    [DllImport(Library)] public static extern int kd_manual_seed(long seed);
    [DllImport(Library)] public static extern int kd_generator(long device, long seed, nint* result);
    [DllImport(Library)] public static extern int kd_default_generator(long device, nint* result);
    [DllImport(Library)] public static extern void kd_generator_free(nint generator);
    [DllImport(Library)] public static extern int kd_generator_seed(nint generator, long seed);
    [DllImport(Library)] public static extern int kd_generator_current_seed(nint generator, int fresh, long* seed);
    [DllImport(Library)] public static extern int kd_generator_state(nint generator, nint* state);
    [DllImport(Library)] public static extern int kd_generator_set_state(nint generator, nint state);

    [DllImport(Library)] public static extern int kd_set_num_threads(int n);
    [DllImport(Library)] public static extern int kd_get_num_threads();
    [DllImport(Library)] public static extern int kd_set_num_interop_threads(int n);
    [DllImport(Library)] public static extern int kd_get_num_interop_threads();
    [DllImport(Library)] public static extern int kd_cuda_is_available();
    [DllImport(Library)] public static extern int kd_cuda_device_count();
    [DllImport(Library)] public static extern int kd_cuda_synchronize(long index);
    [DllImport(Library)] public static extern int kd_cuda_manual_seed(long seed);

    [DllImport(Library)] public static extern int kd_zero_grad(nint* parameters, int n, int setToNone);
    [DllImport(Library)] public static extern int kd_adam_step(nint* parameters, nint* expAvg, nint* expAvgSq, nint* largest, long* steps, int n, double lr, double beta1, double beta2, double eps, double weightDecay, int decoupled, int maximize);
    [DllImport(Library)] public static extern int kd_sgd_step(nint* parameters, nint* buffers, int n, double lr, double momentum, double dampening, double weightDecay, int nesterov, int maximize);
    [DllImport(Library)] public static extern int kd_clip_grad_norm(nint* parameters, int n, double maxNorm, double normType, double* total);

    [DllImport(Library)] public static extern int kd_jit_load(byte* path, long device, nint* module);
    [DllImport(Library)] public static extern int kd_jit_load_bytes(byte* bytes, long length, long device, nint* module);
    [DllImport(Library)] public static extern void kd_jit_free(nint module);
    [DllImport(Library)] public static extern int kd_jit_train(nint module, int on);
    [DllImport(Library)] public static extern int kd_jit_is_training(nint module);
    [DllImport(Library)] public static extern int kd_jit_to(nint module, long device, int dtype);
    [DllImport(Library)] public static extern int kd_jit_forward(nint module, nint* inputs, int n, Value* result);
    [DllImport(Library)] public static extern int kd_jit_parameters(nint module, delegate* unmanaged<void*, byte*, nint, void> each, void* context);
    [DllImport(Library)] public static extern int kd_jit_buffers(nint module, delegate* unmanaged<void*, byte*, nint, void> each, void* context);

    public static ExternalException LastError() => new(Marshal.PtrToStringUTF8((nint)kd_last_error()));

    public static void Check(int status)
    {
        if (status != 0)
            throw LastError();
    }
}
