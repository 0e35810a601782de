namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>What a template computes.</summary>
/// <param name="Line">Where it stands.</param>
internal abstract record Expression(int Line)
{
    public sealed record Constant(object? Value, int Line) : Expression(Line);

    public sealed record Name(string Id, int Line) : Expression(Line);

    public sealed record List(IReadOnlyList<Expression> Items, bool IsTuple, int Line) : Expression(Line);

    public sealed record Dictionary(IReadOnlyList<(Expression Key, Expression Value)> Items, int Line) : Expression(Line);

    public sealed record Unary(string Operator, Expression Operand, int Line) : Expression(Line);

    public sealed record Binary(string Operator, Expression Left, Expression Right, int Line) : Expression(Line);

    public sealed record Comparison(Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest, int Line) : Expression(Line);

    public sealed record Join(IReadOnlyList<Expression> Parts, int Line) : Expression(Line);

    public sealed record Conditional(Expression Condition, Expression Then, Expression? Else, int Line) : Expression(Line);

    public sealed record Attribute(Expression Target, string Id, int Line) : Expression(Line);

    public sealed record Item(Expression Target, Expression Key, int Line) : Expression(Line);

    public sealed record Slice(Expression Target, Expression? Start, Expression? Stop, Expression? Step, int Line) : Expression(Line);

    public sealed record Call(Expression Target, Arguments Arguments, int Line) : Expression(Line);

    /// <summary>A filter; without a target it is that of a block.</summary>
    public sealed record Filter(Expression? Target, string Id, Arguments Arguments, int Line) : Expression(Line);

    public sealed record Test(Expression Target, string Id, Arguments Arguments, bool IsNegated, int Line) : Expression(Line);
}

/// <summary>What is given to a call, a filter or a test.</summary>
internal sealed record Arguments(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    public static Arguments None { get; } = new([], []);
}

/// <summary>What a template does.</summary>
/// <param name="Line">Where it stands.</param>
internal abstract record Statement(int Line)
{
    public sealed record Text(string Value, int Line) : Statement(Line);

    public sealed record Output(Expression Value, int Line) : Statement(Line);

    public sealed record If(IReadOnlyList<(Expression Test, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Else, int Line) : Statement(Line);

    public sealed record For(Target Target, Expression Source, Expression? Test, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Else, int Line) : Statement(Line);

    public sealed record Set(Target Target, Expression Value, int Line) : Statement(Line);

    public sealed record SetBlock(Target Target, Expression? Filter, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

    public sealed record With(IReadOnlyList<(Target Target, Expression Value)> Values, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

    public sealed record FilterBlock(Expression Filter, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

    public sealed record Macro(string Id, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

    public sealed record CallBlock(Expression.Call Call, Macro Caller, int Line) : Statement(Line);

    public sealed record Scope(IReadOnlyList<Statement> Body, int Line) : Statement(Line);

    public sealed record Break(int Line) : Statement(Line);

    public sealed record Continue(int Line) : Statement(Line);
}

/// <summary>What is assigned to.</summary>
internal abstract record Target
{
    public sealed record Name(string Id) : Target;

    public sealed record Member(string Id, string Attribute) : Target;

    public sealed record Several(IReadOnlyList<Target> Targets) : Target;
}
