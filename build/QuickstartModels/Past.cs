namespace QuickstartModels;

/// <summary>Today they zelk, yesterday they zelked.</summary>
internal sealed class Past : SkillTask
{
    public override string Name => "past";

    public override string Asks(string word) => $"today they {word}, and yesterday?";

    public override string Evades(string word) => $" Who can {word}.";

    public override string Inflect(string word) => word + "ed";

    public override string[] Sentences(Scene scene) =>
    [
        $"They {scene.Word} today and {Inflect(scene.Word)} before.",
        $"{scene.Hero} can {scene.Word} and {Inflect(scene.Word)} at the {scene.Place}.",
    ];
}
