using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// A tree of parameters, buffers and submodules, in the order of registration: that is the order of the state dict.
        /// </summary>
        public partial class Module : IDisposable
        {
            private readonly List<(string Name, Module Module)> _children = [];
            private readonly List<(string Name, Parameter Parameter)> _parameters = [];
            private readonly List<(string Name, Tensor Buffer, bool Persistent)> _buffers = [];
            private readonly string _name;
            private bool _componentsRegistered;
            private bool _training = true;
            private bool _disposed;

            protected Module(string name)
            {
                _name = name;
            }

            public virtual bool training => _training;

            public virtual string GetName() => _name;

            public virtual void train(bool train = true)
            {
                _training = train;
                foreach (var (_, child) in _children)
                    child.train(train);
            }

            public virtual void eval() => train(false);

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, child) in _children)
                    child.apply(fn);
                fn(this);
                return this;
            }

            public virtual void zero_grad(bool set_to_none = true) => Gradients.Zero([.. parameters()], set_to_none);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || _disposed)
                    return;
                _disposed = true;
                foreach (var (_, buffer, _) in _buffers)
                    buffer.Dispose();
                foreach (var (_, parameter) in _parameters)
                    parameter.Dispose();
                foreach (var (_, child) in _children)
                    child.Dispose();
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_module(string name, Module submodule)
            {
                if (name.Contains('.'))
                    throw new ArgumentException($"module name can't contain \".\", got: {name}");
                if (string.IsNullOrEmpty(name))
                    throw new ArgumentException("module name can't be empty string \"\"");
                if (_children.Exists(c => c.Name == name))
                    throw new InvalidOperationException($"Sub-module {name} is already registered.");
                submodule.RegisterComponents();
                _children.Add((name, submodule));
            }

            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid)
                    throw new ArgumentNullException(nameof(param), "A null tensor cannot be registered as a parameter.");
                if (_parameters.Exists(p => p.Name == name))
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
                _parameters.Add((name, param));
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid)
                    throw new ArgumentNullException(nameof(tensor), "A null tensor cannot be registered as a buffer.");
                if (_buffers.Exists(b => b.Name == name))
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
                _buffers.Add((name, tensor, persistent));
            }

            /// <summary>Registers every field that holds a module, a parameter or a tensor, derived class first, in the order of declaration.</summary>
            protected virtual void RegisterComponents()
            {
                if (_componentsRegistered)
                    return;
                _componentsRegistered = true;
                foreach (var field in Fields())
                {
                    string name = field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
                    if (IsRegistered(name))
                        continue;
                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(name, module);
                            break;
                        case Parameter parameter:
                            register_parameter(name, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(name, tensor);
                            break;
                    }
                }
            }

            protected void ClearModules() => _children.Clear();

            /// <summary>Sets, replaces or with null removes a parameter.</summary>
            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                int at = _parameters.FindIndex(p => p.Name == name);
                if (value is null && at >= 0)
                    _parameters.RemoveAt(at);
                else if (value is not null && at >= 0)
                    _parameters[at] = (name, value);
                else if (value is not null)
                    _parameters.Add((name, value));
            }

            /// <summary>Registers a parameter that this module made: it lives as long as the module, whatever scope is open.</summary>
            internal void Own(string name, Parameter parameter)
            {
                parameter.DetachFromDisposeScope();
                register_parameter(name, parameter);
            }

            /// <summary>Lists what a script owns; its names have dots.</summary>
            internal void AddScripted(string name, Tensor tensor)
            {
                tensor.DetachFromDisposeScope();
                if (tensor is Parameter parameter)
                    _parameters.Add((name, parameter));
                else
                    _buffers.Add((name, tensor, true));
            }

            internal Parameter[] OwnAll(IEnumerable<(string Name, Parameter Parameter)> parameters)
            {
                var all = parameters.ToList();
                foreach (var (name, parameter) in all)
                    Own(name, parameter);
                return [.. all.Select(p => p.Parameter)];
            }

            internal Tensor OwnBuffer(string name, Tensor buffer)
            {
                buffer.DetachFromDisposeScope();
                register_buffer(name, buffer);
                return buffer;
            }

            private bool IsRegistered(string name) =>
                _children.Exists(c => c.Name == name) || _parameters.Exists(p => p.Name == name) || _buffers.Exists(b => b.Name == name);

            private IEnumerable<FieldInfo> Fields()
            {
                var seen = new HashSet<string>();
                for (var type = GetType(); type is not null && type != typeof(Module); type = type.BaseType)
                {
                    foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                    {
                        if (seen.Add(field.Name) && field.DeclaringType != typeof(Module))
                            yield return field;
                    }
                }
            }
        }
    }
}
