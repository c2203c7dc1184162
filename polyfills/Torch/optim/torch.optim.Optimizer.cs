using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public interface ILearningRateController
        {
            double LearningRate { get; set; }

            double InitialLearningRate { get; set; }
        }

        /// <summary>Changes the parameters of its groups by their gradients.</summary>
        public abstract class Optimizer : IDisposable
        {
            private protected readonly List<ParamGroup> Groups = [];

            private protected Optimizer()
            {
            }

            public virtual IEnumerable<ILearningRateController> ParamGroups => Groups;

            public abstract Tensor? step(Func<Tensor>? closure = null);

            /// <summary>Fills the gradients with zeros; a parameter without one keeps none.</summary>
            public virtual void zero_grad() => Gradients.Zero([.. parameters()], setToNone: false);

            public virtual IEnumerable<Parameter> parameters() => Groups.SelectMany(g => g.Parameters);

            public virtual void add_param_group(ParamGroup param_group) => Groups.Add(param_group);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
            }

            /// <summary>An optimizer's live options and states, in the order of groups and parameters.</summary>
            public class StateDictionary
            {
                internal StateDictionary()
                {
                }

                public List<OptimizerOptions> Options { get; } = [];

                public List<OptimizerState> State { get; } = [];

                public List<List<int>> StateIndexRef { get; } = [];
            }
        }
    }
}
