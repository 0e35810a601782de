using MergeOps.Planning.TensorSources;

namespace MergeOps.Planning;

/// <summary>Collects what the slots of a merge leave out, with the reasons.</summary>
internal sealed class DroppedTensors
{
    private readonly List<DroppedTensor> all = [];

    /// <summary>What was left out so far.</summary>
    public IReadOnlyList<DroppedTensor> All => all;

    /// <summary>Leaves out a tensor of all models of a slice that have it.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="nameIn">The tensor's name in each model.</param>
    /// <param name="reason">Why.</param>
    /// <param name="isLost">Whether its values are not in the output in another way.</param>
    public void Add(OutputSlice slice, Func<Participant, string> nameIn, string reason, bool isLost = true) =>
        all.AddRange(
            from participant in slice.Participants
            where participant.Has(nameIn(participant))
            from origin in participant.Sources[nameIn(participant)].Origins
            select new DroppedTensor(origin.Model, origin.Name, reason) { IsLost = isLost });

    /// <summary>Leaves out a copy of another tensor.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="name">The copy's name.</param>
    /// <param name="reason">Why.</param>
    /// <param name="original">The other tensor of each model; a model that stores the copy alone has it under the other name.</param>
    /// <param name="isTiedHead">Whether it is the output head of a model that ties it to the embedding.</param>
    public void AddCopies(OutputSlice slice, string name, string reason, Func<Participant, TensorSource?> original, bool isTiedHead) =>
        all.AddRange(
            from participant in slice.Participants
            where participant.Has(name)
            from origin in participant.Sources[name].Origins
            select new DroppedTensor(origin.Model, origin.Name, reason) { SameAs = (original(participant) as Stored)?.Name, IsTiedHead = isTiedHead });
}
