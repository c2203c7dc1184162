using System.Runtime.InteropServices;
using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp;

public static unsafe partial class torch
{
    public static partial class jit
    {
        /// <summary>A loaded program with its parameters. Inputs are tensors; the result is a tensor, or several in an array.</summary>
        public class ScriptModule : nn.Module
        {
            private readonly ScriptHandle _module;

            internal ScriptModule(nint module)
                : base(nameof(ScriptModule))
            {
                _module = new(module);
                foreach (var (name, handle) in Listed(buffers: false))
                    AddScripted(name, new Parameter(handle));
                foreach (var (name, handle) in Listed(buffers: true))
                    AddScripted(name, new Tensor(handle));
            }

            public override bool training => Kd.kd_jit_is_training(_module.Value) != 0;

            public object call(params object[] input) => forward(input);

            public object forward(params object[] input)
            {
                var tensors = Array.ConvertAll(input, i => i as Tensor ?? throw new ArgumentException($"a {i?.GetType().Name ?? "null"} is not a tensor"));
                nint[] handles = Handles.Of(tensors);
                Value result;
                fixed (nint* p = handles)
                    Kd.Check(Kd.kd_jit_forward(_module.Value, p, handles.Length, &result));
                GC.KeepAlive(tensors);
                GC.KeepAlive(this);
                return result.Tag == Tag.Tensor ? Tensor.Own((nint)result.Pointer) : Op.TakeList(result);
            }

            public override void train(bool on = true) => Kd.Check(Kd.kd_jit_train(_module.Value, on ? 1 : 0));

            public override void eval() => train(false);

            internal override nn.Module _to(Device? device, ScalarType? dtype)
            {
                Kd.Check(Kd.kd_jit_to(_module.Value, device is null ? -1 : InitializeDevice(device).Code, dtype is { } t ? (int)t : -1));
                return this;
            }

            protected override void Dispose(bool disposing)
            {
                base.Dispose(disposing);
                if (disposing)
                    _module.Dispose();
            }

            private List<(string, nint)> Listed(bool buffers)
            {
                var list = new List<(string, nint)>();
                var context = GCHandle.Alloc(list);
                try
                {
                    void* p = (void*)GCHandle.ToIntPtr(context);
                    Kd.Check(buffers ? Kd.kd_jit_buffers(_module.Value, &Each, p) : Kd.kd_jit_parameters(_module.Value, &Each, p));
                }
                finally
                {
                    context.Free();
                }

                return list;
            }

            [UnmanagedCallersOnly]
            private static void Each(void* context, byte* name, nint tensor) =>
                ((List<(string, nint)>)GCHandle.FromIntPtr((nint)context).Target!).Add((Marshal.PtrToStringUTF8((nint)name)!, tensor));
        }

        public class ScriptModule<TResult> : ScriptModule
        {
            internal ScriptModule(nint module)
                : base(module)
            {
            }

            public new TResult call(params object[] input) => (TResult)base.forward(input);

            public new TResult forward(params object[] input) => (TResult)base.forward(input);
        }

        public class ScriptModule<T, TResult> : ScriptModule, nn.IModule<T, TResult>
        {
            internal ScriptModule(nint module)
                : base(module)
            {
            }

            public TResult call(T input) => (TResult)base.forward(input!);

            public TResult forward(T tensor) => (TResult)base.forward(tensor!);
        }

        public class ScriptModule<T1, T2, TResult> : ScriptModule, nn.IModule<T1, T2, TResult>
        {
            internal ScriptModule(nint module)
                : base(module)
            {
            }

            public TResult call(T1 input1, T2 input2) => (TResult)base.forward(input1!, input2!);

            public TResult forward(T1 input1, T2 input2) => (TResult)base.forward(input1!, input2!);
        }
    }
}
