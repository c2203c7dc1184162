using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual IEnumerable<Module> children() => _children.Select(c => c.Module);

            public virtual IEnumerable<(string name, Module module)> named_children() => _children;

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            /// <summary>All submodules, the direct ones first. This module itself is not among them.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in _children)
                    yield return child;
                foreach (var (name, child) in _children)
                {
                    foreach (var (inner, module) in child.named_modules())
                        yield return ($"{name}.{inner}", module);
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            /// <summary>This module's parameters, then its children's; one that is shared comes once, under its first name.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<nint>();
                foreach (var (name, parameter) in _parameters)
                {
                    if (seen.Add(parameter.Handle))
                        yield return (name, parameter);
                }

                if (!recurse)
                    yield break;
                foreach (var (prefix, child) in _children)
                {
                    foreach (var (name, parameter) in child.named_parameters())
                    {
                        if (seen.Add(parameter.Handle))
                            yield return ($"{prefix}.{name}", parameter);
                    }
                }
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            /// <summary>The persistent buffers: as in the original, others are never listed.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<nint>();
                foreach (var (name, buffer, persistent) in _buffers)
                {
                    if (persistent && seen.Add(buffer.Handle))
                        yield return (name, buffer);
                }

                if (!recurse)
                    yield break;
                foreach (var (prefix, child) in _children)
                {
                    foreach (var (name, buffer) in child.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer.Handle))
                            yield return ($"{prefix}.{name}", buffer);
                    }
                }
            }

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            public virtual Parameter? get_parameter(string target)
            {
                foreach (var (name, parameter) in _parameters)
                {
                    if (name == target)
                        return parameter;
                }

                return Below(target) is var (child, rest) ? child.get_parameter(rest) : null;
            }

            public virtual Tensor? get_buffer(string target)
            {
                foreach (var (name, buffer, _) in _buffers)
                {
                    if (name == target)
                        return buffer;
                }

                return Below(target) is var (child, rest) ? child.get_buffer(rest) : null;
            }

            private (Module Child, string Inner)? Below(string target)
            {
                int dot = target.IndexOf('.');
                if (dot < 0)
                    return null;
                foreach (var (name, child) in _children)
                {
                    if (target.AsSpan(0, dot).SequenceEqual(name))
                        return (child, target[(dot + 1)..]);
                }

                return null;
            }
        }
    }
}
