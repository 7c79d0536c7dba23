/** The web server that the double plays: both run Phoenix, and differ in how they close. */

export type ServerKind = 'cowboy' | 'bandit';
