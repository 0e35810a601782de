using MergeOps.Methods.TaskVectors;

namespace MergeOps.Methods;

/// <summary>The base plus the weighted sum of the task vectors.</summary>
internal sealed class TaskArithmetic : TaskVectorMethod
{
    public override string Name => "task_arithmetic";

    public override string Title => "Task Arithmetic";

    public override string Summary => "The base plus the weighted sum of what each model learned on top of it";

    public override int Version => 1;

    internal override double RelativeCost => 1.2;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2212.04089");

    protected override bool DropsEntries => false;

    protected override bool ElectsSigns => false;

    protected override bool NormalizesByDefault => false;

    protected override bool RescalesByDefault => false;
}
