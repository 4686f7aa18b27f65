// Получить список всех пользователей, исключая текущего
const currentUserId = localStorage.getItem('userId');
const response = await fetch(`http://localhost:3000/users?excludeUserId=${currentUserId}`, {
  headers: {
    'Authorization': `Bearer ${accessToken}`
  }
});

const result = await response.json();
if (result.success) {
  console.log('Total users:', result.profiles.length);
  result.profiles.forEach(user => {
    console.log(`- ${user.username} (${user.displayName || user.username})`);
  });
}

// Получить список всех пользователей (включая текущего)
const responseAll = await fetch('http://localhost:3000/users', {
  headers: {
    'Authorization': `Bearer ${accessToken}`
  }
});
