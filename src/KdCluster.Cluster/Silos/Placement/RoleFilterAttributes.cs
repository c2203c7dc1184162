using Orleans.Placement;

namespace KdCluster.Cluster.Silos.Placement;

/// <summary>Grains of this class are placed on silos that hold teachers, have room for the model, and are not being emptied.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TeacherSiloAttribute() : PlacementFilterAttribute(new TeacherSiloFilter());

/// <summary>Grains of this class are placed on silos that train students and are not being emptied.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TrainerSiloAttribute() : PlacementFilterAttribute(new TrainerSiloFilter());

internal sealed class TeacherSiloFilter() : PlacementFilterStrategy(0);

internal sealed class TrainerSiloFilter() : PlacementFilterStrategy(0);
