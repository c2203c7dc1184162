using TorchSharp.Interop;

namespace TorchSharp;

public static unsafe partial class torch
{
    public static class autograd
    {
        /// <summary>Gradients of the outputs by the inputs. An input that was not used fails, or with allow_unused is null.</summary>
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] o = Handles.Of(outputs), i = Handles.Of(inputs), g = Handles.Of(grad_outputs);
            var results = new nint[i.Length];
            fixed (nint* po = o, pi = i, pg = g, pr = results)
                Kd.Check(Kd.kd_autograd_grad(po, o.Length, pi, i.Length, pg, g.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, pr));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return [.. results.Select(h => h == 0 ? null! : Tensor.Own(h))];
        }

        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            nint[] t = Handles.Of(tensors), g = Handles.Of(grad_tensors), i = Handles.Of(inputs);
            fixed (nint* pt = t, pg = g, pi = i)
                Kd.Check(Kd.kd_backward(pt, t.Length, pg, g.Length, retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0, pi, i.Length));
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);
    }
}
